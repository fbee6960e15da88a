"""What the common words of firms' names mean, so that a name and its translation meet; not for rare words.

Each line below is one meaning: its words in English, then Russian and Ukrainian. Endings go before words are compared,
so one form of each word is enough. Words put together (судоремонтный, shipbuilding) are taken apart where both halves
are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

# Meaning: English | Russian, Ukrainian. A meaning of "-" is left out of a name; several meanings stand together.
LEXICON = """
-: of for the and after named name in on at to by with called so scientific science a an fka aka all formerly
 obshchestvo ogranichennoy otvetstvennostyu aktsionernoe | общество ограниченный ответственность акционерный публичный
 непубличный товариство обмежений відповідальність акціонерний публічний приватний предприниматель підприємець фізична
 особа індивідуальний индивидуальный и і й та в у на по за с з из від для имени імені им ім научный науковий со во при
 от им. также
plant: plant factory works mill zavod | завод фабрика комбинат комбінат
institute: institute | институт інститут
research: research | исследовательский дослідний исследование дослідження изыскание
bureau: bureau byuro | бюро
design: design engineer | конструкторский проектный конструкція конструкторський проектирование проектування
production: production manufacture manufacturing | производственный производство виробничий виробництво
association: association united consolidated union alliance league |
 лига ліга объединение об'єднання ассоциация асоціація объединенный
 союз союзный спілка
enterprise: enterprise undertaking | предприятие підприємство
company: company | компания компанія
corporation: corporation | корпорация корпорація
concern: concern | концерн
group: group | группа група групп груп
holding: holding | холдинг холдинговый
center: center centre | центр
bank: bank | банк
trade: trade trading commerce commercial | торговый торговля торговельний торгівля коммерческий комерційний трейдинг
house: house | дом дім
service: service | сервис сервіс услуга послуга обслуживание сервисный служба
system: system | система
technology: technology | технология технологія
technical: technical | технический технічний
technic: equipment machinery vehicle hardware | техника техніка оборудование обладнання
machine: machine | машина
make: building making engineering builder | строение строительство будування
construct: construction | строительный строй будівельний будівництво буд стройка
instrument: instrument | прибор прилад
tool: tool | инструмент інструмент инструментальный
repair: repair | ремонт ремонтный ремонтний
ship: ship shipping vessel | судно судоходный судоходство судовой
ship make plant: shipyard | верфь верф судоверфь
air: aircraft aviation air airline airlines airways aero | авиалинии авіалінії аэро аеро
 авиация авиационный авіація авіаційний авиа самолет літак авиакомпания
engine: engine motor engines | двигатель двигун мотор моторный
helicopter: helicopter | вертолет вертоліт
missile: missile rocket | ракета ракетный ракетний
space: space | космос космический космічний
military: military | военный військовий
defence: defence defense | оборона оборонный оборонний
weapon: weapon arms armament armed | оружие зброя вооружение озброєння оружейный вооруженный збройний
radio: radio | радио радіо
electronic: electronic electronics | электроника электронный електроніка електронний
electric: electric electrical | электрический електричний электро електро
mechanical: mechanical mechanics | механический механічний механика механіка
optical: optical optics | оптика оптический оптичний оптико
chemical: chemical chemistry | химический хімічний химия хімія
metal: metal metallurgy metallurgical | металл метал металлургический металургійний металлургия
steel: steel | сталь стальной сталевий
energy: energy power | энергия энергетика энергетический енергія енергетика енергетичний
oil: oil petroleum | нефть нефтяной нафта нафтовий
gas: gas | газ газовый газовий
coal: coal | уголь угольный вугілля вугільний
mining: mining | горный гірничий горнодобывающий добыча
refining: refining refinery processing | переработка перерабатывающий переробка переробний нефтеперерабатывающий
transport: transport transportation | транспорт транспортный транспортний
road: road highway | дорога дорожный дорожній автодор
railway: railway rail | железнодорожный залізничний железный залізниця
car: car automobile automotive auto motor-car | автомобиль автомобильный автомобіль автомобільний авто
truck: truck lorry | грузовой вантажний
tractor: tractor | трактор тракторный тракторний
tank: tank | танк танковый танковий
armour: armour armored armoured armor | броня бронетанковый броневой
pipe: pipe tube pipeline | труба трубный трубний трубопровод
cable: cable | кабель кабельный кабельний
glass: glass | стекло стеклянный скло скляний
paper: paper pulp | бумага бумажный папір паперовий целлюлозный
wood: wood timber | дерево лес лесной ліс лісовий древесина
furniture: furniture | мебель мебельный меблі меблевий
textile: textile | текстиль текстильный текстильний
food: food | пища пищевой харчовий продукт продукты питание харчування
milk: milk dairy | молоко молочный молочний
meat: meat | мясо мясной м'ясний
grain: grain bread | зерно зерновой хлеб хліб зерновий
sugar: sugar | сахар сахарный цукор цукровий
fish: fish fishing | рыба рыбный риба рибний
agro: agricultural agriculture agro agrarian farm | сельскохозяйственный агро сільськогосподарський аграрный аграрний
 хозяйство господарство
medical: medical medicine health | медицинский медицина медичний здоровье здоров'я
pharmacy: pharmaceutical pharmacy pharma | фармацевтический фармация аптека фармацевтичний
hospital: hospital clinic | больница лікарня клиника клініка поликлиника
school: school | школа
university: university | университет університет
academy: academy | академия академія
education: education educational | образование образовательный освіта освітній учебный навчальний
child: child children children's childrens | детский дети дитячий діти
sport: sport sports | спорт спортивный спортивний
insurance: insurance | страховой страхование страховий страхування
finance: finance financial | финансы финансовый фінанси фінансовий
investment: investment invest | инвестиция инвестиционный інвестиція інвестиційний инвест
credit: credit | кредит кредитный кредитний
fund: fund foundation | фонд
leasing: leasing | лизинг лізинг
security: security guard protection safety | безопасность охрана безпека охорона защита захист охранный
information: information info | информация информационный інформація інформаційний
communication: communication communications telecom | связь зв'язок коммуникация комунікація
media: media | медиа медіа
news: news | новости новини
television: television tv | телевидение телевизионный телебачення тв
film: film cinema | кино кіно
press: newspaper press | газета пресса преса
publishing: publishing publisher | издательство издательский видавництво видавничий
advertising: advertising | реклама рекламный рекламний
logistics: logistics logistic | логистика логістика логистический логістичний
water: water | вода водный водный водоканал водний
sea: sea marine maritime naval | море морской морський
river: river | река речной річка річковий
port: port seaport | порт портовый морпорт
fleet: fleet | флот пароходство
property: property estate realty | недвижимость нерухомість имущество
cleaning: cleaning | уборка прибирання чистый клининг клінінг
housing: housing residential | жилье жилищный житло житловий
heat: heat heating thermal | тепло тепловой тепловий
light: light lighting | свет світло освещение освітлення
state: state government | государственный державний государство держава
federal: federal | федеральный федеральний
national: national | национальный національний
republic: republic | республика республіка
people: people peoples people's | народный народний народ
municipal: municipal communal | муниципальный муніципальний коммунальный комунальний
central: central | центральный центральний
international: international | международный міжнародний
general: general | генеральный генеральний общий загальний
main: main chief head | главный головний
single: | единый єдиний
special: special specialized specialised | специальный спеціальний специализированный спеціалізований спец
experimental: experimental pilot test | опытный опытно экспериментальный дослідно експериментальний испытательный
industrial: industrial industry industries | промышленный промышленность промисловий промисловість пром
innovation: innovation innovative | инновация инновационный інновація інноваційний
modern: modern | современный сучасний
new: new novo | новый новий нова
great: great big large | большой великий
high: high | высокий високий высоко
precision: precision precise accurate | точный точный высокоточный точный
first: first 1st | первый перший
automation: automation automatic automated | автоматика автоматический автоматизация автоматизація автоматичний
 автоматизированный
control: control management | управление управління контроль менеджмент
measure: measuring measurement | измерение измерительный вимірювальний вимірювання
computer: computer computing | компьютер компьютерный комп'ютер вычислительный обчислювальний
digital: digital | цифровой цифровий
software: software | программный програмний
network: network | сеть мережа сетевой
nuclear: nuclear atomic | ядерный атомный ядерний атомний
material: material | материал матеріал
plastic: plastic plastics | пластик пластмасса пластмасс
rubber: rubber | резина резиновый шина
complex: complex | комплекс комплексный
office: office | офис офіс
laboratory: laboratory lab | лаборатория лабораторія
agency: agency | агентство агенство
department: department directorate division | департамент управление отдел відділ дирекция дирекція
administration: administration | администрация адміністрація
ministry: ministry | министерство міністерство
movement: movement | движение рух
party: party | партия партія
force: force forces troops | сила силы войска війська
regional: regional region | региональный регион регіон регіональний область областной обласний
city: city town urban | город городской місто міський
unmanned: unmanned drone uav | беспилотный беспілотний безпілотний
commission: commission | комиссия комісія
operator: operator | оператор
club: club | клуб
development: development | развитие розвиток разработка розробка
organisation: organisation organization | организация організація
institution: institution establishment | учреждение установа заклад
budget: budgetary budget | бюджетный бюджетний
unitary: unitary | унитарный унітарний
non commercial: nonprofit noncommercial | некоммерческий неприбутковий
autonomous: autonomous | автономный автономний
treasury: treasury | казенный казённый казенний
russia: russia russian federation rf | россия российский русский рф росія російський федерация всероссийский
ukraine: ukraine ukrainian | украина украинский україна український всеукраїнський
moscow: moscow | москва московский московська
kyiv: kyiv kiev | киев київ киевский київський
petersburg: petersburg | петербург петербургский
crimea: crimea crimean | крым крымский крим кримський
donetsk: donetsk | донецкий донецк донецький
luhansk: luhansk lugansk | луганский луганск луганський
kharkiv: kharkiv kharkov | харьков харьковский харків харківський
lviv: lviv lvov | львов львовский львів львівський
dnipro: dnipro dnepr dniepro | днепр дніпро
odesa: odesa odessa | одесса одесский одеса одеський
siberia: siberia siberian | сибирь сибирский сибір
ural: ural urals uralsky | урал уральский
volga: volga | волга волжский поволжский
east: east eastern | восток восточный східний схід
west: west western | запад западный західний захід
north: north northern | север северный північний північ
south: south southern | юг южный південний південь
far: far | дальний дальневосточный
europe: europe european euro | европа европейский європа європейський
asia: asia asian | азия азиатский
china: china chinese | китай китайский
world: world global | мир мировой світ світовий глобальный
research institute: nii rii ndi | нии ндi ндіі
production association: npo nvo | нпо нво
production enterprise: npp npe spe nvp | нпп нвп
production center: npc spc | нпц нвц
technical center: ntc stc | нтц
research center: nic src | ниц
design bureau: kb db | кб
special design bureau: skb sdb | скб
experimental design bureau: okb edb oktb | окб октб
design technology bureau: pktb | пктб ктб
central research institute: cnii csri tsnii | цнии
trade house: td th | тд
research production concern: | нпк
management company: | ук
company group: gk gc | гк
private military company: pmc | чвк
united engine corporation: uec odk | одк
company state insurance: | сгс
radio electronic: radioelectronic | радиоэлектронный радиоэлектроника радіоелектроніка радиоэлектронные
economic: economic economy economical | экономический экономика економічний економіка
foreign: foreign external | внешний зовнішній иностранный іноземний
foreign economic: | внешнеэкономический зовнішньоекономічний
settlement: settlement clearing | расчетный розрахунковий
depositary: depositary depository | депозитарий депозитарій
developer: developer | застройщик забудовник девелопер
insurance company: insurer | страховщик
reinsurance: reinsurance | перестрахование перестраховочный перестрахування перестрахувальний
culture: culture cultural | культура культурный культурний
history: historical history historic | исторический история історичний історія
museum: museum | музей
reserve: reserve preserve | заповедник заповідник
youth: youth young | молодежь молодежный молодь молодіжний юный юнацький
volunteer: volunteer | доброволец добровольческий доброволець
patriot: patriot patriotic | патриот патриотический патріот патріотичний
victory: victory | победа перемога
anniversary: anniversary | летия річчя
truth: truth | правда
flight: flight flying | летный льотний полет
detachment: detachment squad | отряд загін
battalion: battalion | батальон батальйон
brigade: brigade | бригада
regiment: regiment | полк
division: | дивизия дивізія
army: army | армия армейский армія
guard: guards | гвардия гвардія
cossack: cossack | казак казачий козак козацький
staff: staff headquarters | штаб
intelligence: intelligence reconnaissance | разведка разведывательный розвідка розвідувальний
counter: counter | контр
service: services servicing | обслуживающий
ground: ground land | сухопутный наземный сухопутний
operation: operation operations operational | операция оперативный операція оперативний
combat: combat battle | бой боевой бойовий
use: use application employment | применение использование застосування використання
purpose: purpose | назначение предназначение призначення
training: training | тренировочный подготовка підготовка тренувальний
methodical: methodological methodical | методический методичний
fuel: fuel | топливо топливный паливо паливний
powder: powder gunpowder | порох пороховой порохової
explosive: explosive | взрывчатый вибуховий
bearing: bearing bearings | подшипник подшипниковый підшипник підшипниковий
pump: pump | насос насосный насосний
turbine: turbine | турбина турбинный турбіна
boiler: boiler | котел котельный котельний
wagon: wagon carriage | вагон вагонный вагонний
locomotive: locomotive | локомотив
line: line lines | линия линейный лінія лінійний
crane: crane | кран крановый крановий
elevator: elevator lift | лифт элеватор ліфт
lamp: lamp | лампа
battery: battery accumulator | аккумулятор аккумуляторный батарея акумулятор
semiconductor: semiconductor | полупроводник полупроводниковый напівпровідник
microelectronic: microelectronic microelectronics | микроэлектроника мікроелектроніка
laser: laser lasers | лазер лазерный лазерний
vacuum: vacuum | вакуум вакуумный
composite: composite composites | композит композитный композиционный
polymer: polymer polymers | полимер полимерный полімер
alloy: alloy | сплав
titan: titanium | титан титановый
aluminium: aluminium aluminum | алюминий алюминиевый алюміній
copper: copper | медь медный мідь мідний
gold: gold | золото золотой золотий
diamond: diamond | алмаз алмазный діамант
stone: stone | камень каменный камінь
cement: cement | цемент цементный цементний
concrete: concrete | бетон бетонный железобетон
brick: brick | кирпич кирпичный цегла цегляний
sand: sand | песок пісок
asphalt: asphalt | асфальт асфальтобетонный
window: window windows | окно оконный вікно віконний
door: door doors | дверь двері
roof: roof roofing | кровля покрівля
ventilation: ventilation | вентиляция вентиляційний вентиляція
climate: climate | климат клімат климатический
tyre: tyre tire | шина шинный шинний
fertilizer: fertilizer fertiliser fertilizers | удобрение добриво
salt: salt | соль соляной сіль
beer: beer brewery brewing | пиво пивоваренный пивний
wine: wine winery | вино винный виноробний
spirit: distillery | спирт спиртовой спиртзавод
tobacco: tobacco | табак табачный тютюн
poultry: poultry | птица птицефабрика птахофабрика птахівництво
pig: pig pork | свинина свиноводческий
seed: seed seeds | семена насіння
garden: garden | сад садовый
flower: flower flowers | цветок квіти
clothes: clothing clothes garment apparel | одежда швейный одяг
shoe: shoe footwear | обувь обувной взуття
toy: toy toys | игрушка іграшка
book: book books | книга книжный книжковий
printing: printing print | типография печать полиграфический друкарня друк
library: library | библиотека бібліотека
theatre: theatre theater | театр
music: music musical | музыка музыкальный музичний
hotel: hotel | отель гостиница готель
restaurant: restaurant catering | ресторан общепит
tourism: tourism travel tourist | туризм туристический турист туристичний
shop: shop store | магазин крамниця
market: market | рынок рыночный ринок
wholesale: wholesale | оптовый оптовий опт
retail: retail | розничный роздрібний
supply: supply supplies | снабжение поставка постачання
export: export | экспорт экспортный експорт
import: import | импорт импортный імпорт
customs: customs | таможня таможенный митниця митний
warehouse: warehouse storage | склад складской складський
terminal: terminal | терминал термінал
stevedoring: stevedoring stevedore | стивидор стивидорный стивідорний стевидорный
forwarding: forwarding | экспедиция экспедиторский експедиційний
airport: airport | аэропорт аеропорт
station: station | станция станція
tram: tram tramway | трамвай трамвайный
bus: bus | автобус автобусный автобусний
taxi: taxi | такси таксі
audit: audit auditing | аудит аудиторский аудиторський
law: law legal | право правовой юридический юридичний
consulting: consulting consultancy | консалтинг консультационный консультаційний
expert: expert expertise | эксперт экспертиза експерт
project: project projects | проект проєкт
solution: solution solutions | решение рішення
integration: integration | интеграция інтеграція
data: data | данные дані
internet: internet | интернет інтернет
telephone: telephone | телефон телефонный телефонний
satellite: satellite | спутник спутниковый супутник
navigation: navigation | навигация навигационный навігація
robot: robot robotics | робот робототехника
biological: biological biology bio | биологический біологічний био біо
physical: physical physics | физика физический фізика фізичний
mathematical: mathematical mathematics | математический математичний
medical equipment: | медтехника медтехніка
laboratory: laboratories | лабораторный лабораторний
ecology: ecology ecological environmental | экология экологический екологія екологічний
waste: waste | отходы відходи мусор сміття
geological: geological geology | геология геологический геологія геологічний
exploration: exploration | разведочный изыскательский
drilling: drilling | бурение буровой буріння буровий
quarry: quarry | карьер кар'єр
strategic: strategic strategy | стратегический стратегия стратегічний стратегія
social: social | социальный соціальний
public: | общественный громадський
independent: independent | независимый незалежний
free: free | свободный вільний свободы
branch: branch | филиал філія отделение відділення
reconstruction: reconstruction | реконструкция реконструкція
assistance: assistance aid support | содействие помощь сприяння допомога поддержка
cooperation: cooperation | сотрудничество співробітництво
humanitarian: humanitarian | гуманитарный гуманітарний
veteran: veteran veterans | ветеран
woman: women woman | женщина жіночий женский
family: family | семья сімейний семейный
church: church orthodox | церковь церква православный
aerospace: aerospace | аэрокосмический аерокосмічний
black: black | черный чорний
white: white | белый білий
red: red | красный червоний
blue: blue | синий синій
green: green | зеленый зелений
sun: sun solar | солнце солнечный сонце сонячний
star: star | звезда зірка
sky: sky | небо
earth: earth | земля земельный земельний
mountain: mountain | гора
forest: | лесничество лісництво
lake: lake | озеро
ocean: ocean oceanic | океан
island: island | остров острів
silver: silver | серебро серебряный срібло
crystal: crystal | кристалл кристал
vehicle: vehicle | транспортное
electric mechanical: electromechanical | электромеханический електромеханічний
electric technical: electrotechnical | электротехнический електротехнічний электротехника
machine tool make: | станкостроительный станкостроение верстатобудівний
"""
_FIRST = {
    "machine": "машино", "instrument": "приборо приладо", "machine tool": "станко верстато", "ship": "судо судно",
    "air": "авиа авіа", "engine": "двигателе двигуно", "missile": "ракето", "tractor": "тракторо",
    "car": "авто автомобиле",
    "wagon": "вагоно", "locomotive": "локомотиво", "radio": "радио радіо", "electric": "электро електро",
    "oil": "нефте нафто",
    "gas": "газо", "coal": "угле", "metal": "металло метало", "agro": "агро", "chemical": "химико",
    "energy": "энерго енерго", "ship ": "ship", "machine ": "machine", "helicopter": "вертолето",
    "turbine": "турбо турбино", "mechanical": "механо", "armour": "броне", "optical": "оптико",
    "heat": "тепло", "food": "пище",
}  # fmt: skip
_SECOND = {
    "make": "строительный строение будівний будування building", "repair": "ремонтный ремонтний ремонт repair",
    "plant": "завод", "refining": "перерабатывающий переработка", "mining": "добывающий добыча",
    "energy": "энергетический", "chemical": "химический", "mechanical": "механический механічний",
    "electronic": "электронный электроника електроніка",
    "technical": "технический технічний", "transport": "транспортный", "ship": "ходный", "gas": "газовый",
}  # fmt: skip
# Endings of Ukrainian, Russian and English words once they are written in one Latin spelling, the longest first.
_ENDING = re.compile(
    r"((?<=....)(?:ennosti|iami|oho|eho|omu|emu|imi|ami|iam|ikh|aia|uiu|aha|iha|ovi|ih|oi|ei|am|ov|ev|om|em|ah|im|"
    r"oe|ee|ie|ea|es|ia|iu|ui)|(?<=...)[aouies])$"
)
_ADJECTIVE = re.compile(r"(?<=....)sk$")  # Sarapul and сарапульский
_LEARNED = re.compile(
    r"(?<=....)(?:ishe|ikal|ik|al|n)$|(?<=.....)(?:ov|ev)$"
)  # economic, экономический; Trofimov, Трофимова


def stem(skeleton: str) -> str:
    """Return a word in its one spelling without its ending.

    >>> stem("zavoda"), stem("zavod"), stem("sistems"), stem("ok")
    ('zavod', 'zavod', 'sistem', 'ok')
    """
    return _LEARNED.sub("", _ADJECTIVE.sub("", _ENDING.sub("", skeleton))) if len(skeleton) > 4 else skeleton


@cache
def _known(spelt: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """Meanings by stem."""
    found: dict[str, tuple[str, ...]] = {}
    for line in LEXICON.replace("\n ", " ").strip().splitlines():
        meaning, _sign, words = line.partition(":")
        for word in words.replace("|", " ").replace("'", "").split():
            found.setdefault(stem(spelt(word)), tuple(meaning.split()) if meaning != "-" else ())
    for one, firsts in _FIRST.items():
        for other, seconds in _SECOND.items():
            for first in firsts.split():
                for second in seconds.split():
                    put_together = spelt(first) + stem(spelt(second))
                    found.setdefault(put_together, (*one.split(), *other.split()))
    return found


def meanings(skeleton: str, spelt: Callable[[str], str]) -> tuple[str, ...] | None:
    """Return what a word means, () where it says nothing, None where it is not known.

    Parameters
    ----------
    skeleton
        The word in its one spelling, as `spelt` gives it.
    """
    return _known(spelt).get(stem(skeleton))
