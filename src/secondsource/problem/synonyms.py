"""Other words by which people call our tables and columns, in seven languages; not for showing."""

from __future__ import annotations

from collections.abc import Mapping

_TABLES: Mapping[str, str] = {
    "settings": "parameters, options, configuration, настройки, параметры, налаштування, параметри",
    "items": "parts, products, articles, materials, services, demand, needs, parts list, позиции, товары, детали, "
    "изделия, потребности, позиції, вироби, потреби",
    "bom": "bill of materials, structure, components, спецификация, состав, специфікація",
    "sites": "locations, places, plants, warehouses, addresses, площадки, места, склады, майданчики, місця",
    "suppliers": "vendors, contractors, companies, firms, bidders, поставщики, подрядчики, постачальники, підрядники",
    "levels": "qualification, qualifications, ratings, уровни, квалификация, рівні, кваліфікація",
    "offers": "quotes, quotations, bids, prices, price list, proposals, предложения, цены, прайс, пропозиції, ціни",
    "price_breaks": "tiers, price tiers, quantity discounts, volume discounts, скидки за объем, знижки за обсяг",
    "packages": "bundles, lots, пакеты, лоты, пакети, лоти",
    "package_items": "bundle items, lot items, состав пакетов, склад пакетів",
    "rebates": "bonuses, discounts, бонусы, скидки, бонуси, знижки",
    "lanes": "transport, freight, shipping, routes, logistics, перевозки, маршруты, перевезення, маршрути",
    "rates": "exchange rates, currencies, fx, курсы, курсы валют, курси, курси валют",
    "incumbents": "current suppliers, current awards, today, текущие поставщики, поточні постачальники",
    "rules": "constraints, limits, restrictions, правила, ограничения, обмеження",
    "roles": "people, staff, labour, labor, rate card, персонал, роли, ролі",
    "staffing": "labour hours, labor hours, effort, work, трудоемкость, трудомісткість",
}

_COLUMNS: Mapping[str, str] = {
    "item": "part, part no, part no., part number, part id, sku, article, article no, item no, item number, item id, "
    "item code, material, product, mpn, артикул, позиция, деталь, изделие, товар, позиція, виріб",
    "name": "description, full name, title, part name, supplier name, item name, наименование, название, описание, "
    "назва, опис, найменування",
    "kind": "type, вид, тип",
    "unit": "uom, unit of measure, единица, ед. изм., ед, одиниця, од. вим., од",
    "category": "cpv, hs code, hs, commodity, commodity code, категория, категорія",
    "demand": "quantity, qty, annual demand, annual quantity, annual volume, volume, need, requirement, "
    "количество, потребность, спрос, объем, кількість, потреба, попит, обсяг",
    "quantity": "qty, qty per, usage, количество, кол-во, кількість",
    "site": "location, plant, place, ship to, ship from, delivery place, площадка, место, майданчик, місце",
    "weight_kg": "weight, unit weight, mass, вес, масса, вага, маса",
    "min_sources": "minimum suppliers, минимум поставщиков, мінімум постачальників",
    "max_sources": "maximum suppliers, максимум поставщиков, максимум постачальників",
    "shortage_cost": "stockout cost, lost margin, penalty, цена дефицита, ціна дефіциту",
    "defect_cost": "cost of a defect, cost of poor quality, цена брака, ціна браку",
    "parent": "assembly, parent item, сборка, изделие, вироб, збірка",
    "child": "component, child item, part, компонент, деталь",
    "country": "country code, iso country, страна, країна",
    "latitude": "lat, широта",
    "longitude": "lon, lng, long, долгота, довгота",
    "supplier": "vendor, vendor id, vendor code, supplier id, supplier code, supplier no, contractor, company, firm, "
    "bidder, поставщик, подрядчик, постачальник, підрядник",
    "own": "in-house, in house, internal, make, свой, свое, своє, власний",
    "fixed_cost": "tooling, tooling cost, set-up cost, setup cost, one-off cost, one-time cost, nre, "
    "разовые затраты, оснастка, разові витрати, оснащення",
    "capacity": "max capacity, maximum quantity, max quantity, max qty, мощность, потужність",
    "min_capacity": "minimum capacity, минимальная загрузка, мінімальне завантаження",
    "level": "score, rating, qualification, уровень, оценка, рівень, оцінка",
    "failure_probability": "risk, failure risk, probability of failure, default probability, "
    "вероятность отказа, ймовірність відмови",
    "risk_group": "group of risk, cluster, группа риска, група ризику",
    "excluded": "blocked, blacklisted, исключен, виключений",
    "excluded_reason": "reason of exclusion, причина исключения, причина виключення",
    "offer": "offer id, offer no, quote, quote no, quote id, quotation, bid, bid id, "
    "предложение, номер предложения, пропозиція, номер пропозиції",
    "currency": "ccy, валюта",
    "unit_price": "price, price per unit, price per piece, unit cost, piece price, net price, cost per unit, "
    "цена, цена за единицу, цена за шт, ціна, ціна за одиницю, ціна за шт",
    "min_quantity": "moq, minimum order quantity, minimum quantity, min qty, минимальный заказ, минимальная партия, "
    "мінімальне замовлення, мінімальна партія",
    "multiple": "order multiple, lot size, pack size, кратность, кратність",
    "turnkey": "includes materials, full service, под ключ",
    "defect_rate": "scrap, scrap rate, reject rate, defects, доля брака, брак, частка браку",
    "lead_days": "lead time, delivery time, lead time days, срок поставки, термін постачання",
    "payment_days": "payment terms, payment term, terms of payment, отсрочка, отсрочка платежа, відстрочка платежу",
    "backup_fee": "retainer, reservation fee, плата за резерв",
    "valid_until": "valid to, validity, expiry, expiry date, expires, действует до, срок действия, діє до",
    "from_quantity": "from, minimum quantity, quantity from, from qty, от количества, від кількості",
    "package": "bundle, lot, пакет, лот",
    "price": "total price, package price, bundle price, цена, стоимость, ціна, вартість",
    "from_spend": "from, spend from, threshold, от суммы, від суми",
    "rate": "exchange rate, rebate, discount, курс, скидка, знижка",
    "origin": "from, ship from, откуда, звідки",
    "destination": "to, ship to, куда, куди",
    "cost_per_unit": "freight, freight per unit, cost, transport cost, фрахт, перевозка, перевезення",
    "cost_per_kg": "freight per kg, cost per kilogram, за кг",
    "duty_rate": "duty, customs duty, tariff, пошлина, мито",
    "days": "transit, transit time, transit days, дней, срок, днів",
    "share": "allocation, percentage, доля, частка",
    "switch_cost": "switching cost, цена перехода, ціна переходу",
    "rule": "rule name, constraint, правило",
    "low": "minimum, min, at least, минимум, мінімум, не менее",
    "high": "maximum, max, at most, максимум, не более",
    "owner": "responsible, ответственный, відповідальний",
    "reason": "why, justification, причина, обоснование, обґрунтування",
    "role": "job, position, profession, роль, должность, посада",
    "hourly_wage": "wage, hourly rate, pay, ставка, зарплата в час, погодинна ставка",
    "hours": "labour, labor, hours per unit, man hours, часы, часов, години",
    "value": "setting value, значение, значення",
    "source": "reference, data source, источник, джерело",
    "note": "notes, comment, comments, remark, remarks, примечание, комментарий, примітка, коментар",
}

_TABLES_ELSEWHERE: Mapping[str, str] = {
    "items": "номенклатура, артикулы, материалы, перечень, заявка, номенклатура закупки, матеріали, перелік, "
    "artikel, teile, bedarf, materialien, produkte, articles, pièces, besoins, produits, artículos, piezas, "
    "necesidades, productos, artykuły, części, materiały, zapotrzebowanie, produkty",
    "bom": "состав изделия, склад виробу, stückliste, nomenclature, lista de materiales, zestawienie materiałowe",
    "sites": "локации, локації, standorte, werke, lager, lieux, usines, entrepôts, emplazamientos, plantas, almacenes, "
    "lokalizacje, zakłady, magazyny",
    "suppliers": "контрагенты, исполнители, контрагенти, виконавці, lieferanten, anbieter, fournisseurs, proveedores, "
    "dostawcy, oferenci",
    "offers": "коммерческие предложения, кп, котировки, прайс-лист, комерційні пропозиції, котирування, "
    "angebote, preise, "
    "preisliste, offres, devis, prix, ofertas, cotizaciones, precios, oferty, wyceny, ceny",
    "price_breaks": "ценовые ступени, цінові сходинки, staffelpreise, paliers de prix, tramos de precio, progi cenowe",
    "lanes": "доставка, логистика, логістика, transporte, frachten, transports, fletes, trasy, transport",
    "rates": "wechselkurse, taux de change, tipos de cambio, kursy walut",
    "rules": "regeln, règles, contraintes, reglas, zasady, ograniczenia",
    "roles": "ролi, ставки, rollen, rôles, funciones, stawki",
}

_COLUMNS_ELSEWHERE: Mapping[str, str] = {
    "item": "арт, код, код товара, код позиции, номенклатурный номер, номенклатура, код товару, код позиції, "
    "artikel, artikelnummer, artikelnr, teilenummer, teil, materialnummer, référence, pièce, article, code article, "
    "artículo, código, pieza, referencia, artykuł, numer artykułu, indeks, część",
    "name": "наименование товара, наименование позиции, название поставщика, найменування товару, "
    "bezeichnung, benennung, beschreibung, désignation, nom, libellé, descripción, nombre, denominación, nazwa, opis",
    "unit": "ед изм, единица измерения, одиниця виміру, einheit, mengeneinheit, me, unité, unidad, jednostka, jm",
    "category": "код оквэд, окпд, окпд2, категория закупки, kategorie, warengruppe, catégorie, categoría, kategoria",
    "demand": "кол-во, кол, к-во, количество в год, годовая потребность, объём закупки, план, кіл-ть, к-ть, "
    "річна потреба, обсяг закупівлі, menge, bedarf, jahresbedarf, stückzahl, quantité, besoin, besoin annuel, "
    "cantidad, "
    "necesidad, demanda, ilość, zapotrzebowanie, potrzeba",
    "quantity": "кол, к-во, к-ть, menge, quantité, cantidad, ilość",
    "site": "город, адрес, склад, місто, адреса, standort, werk, lieu, usine, planta, lugar, miejsce, zakład",
    "weight_kg": "gewicht, stückgewicht, poids, peso, waga, masa",
    "country": "land, pays, país, kraj",
    "supplier": "исполнитель, контрагент, фирма, организация, виконавець, фірма, lieferant, anbieter, firma, "
    "fournisseur, "
    "proveedor, dostawca, oferent",
    "own": "собственный, свои, eigen, eigenfertigung, propre, interne, propio, własny",
    "fixed_cost": "werkzeugkosten, einmalkosten, rüstkosten, coûts fixes, outillage, coste fijo, utillaje, "
    "koszt stały, koszty oprzyrządowania",
    "capacity": "макс объём, максимальный объём, макс обсяг, kapazität, maximalmenge, capacité, quantité max, "
    "capacidad, "
    "cantidad máxima, zdolność, zdolność produkcyjna",
    "failure_probability": "вероятность срыва, вероятность сбоя, вероятность выбытия, риск, риск срыва, "
    "ймовірність зриву, ймовірність вибуття, ризик, ausfallwahrscheinlichkeit, ausfallrisiko, "
    "probabilité de défaillance, risque, probabilidad de fallo, riesgo, prawdopodobieństwo awarii, ryzyko",
    "offer": "номер кп, angebot, angebotsnummer, offre, devis, oferta, cotización, numer oferty",
    "currency": "währung, devise, monnaie, moneda, divisa, waluta",
    "unit_price": "цена за ед, цена ед, ціна за од, цена без ндс, цена единицы, цена шт, стоимость за единицу, "
    "стоимость единицы, ціна без пдв, "
    "ціна одиниці, вартість за одиницю, stückpreis, preis, einzelpreis, preis pro stück, prix, prix unitaire, precio, "
    "precio unitario, cena, cena jednostkowa, cena za sztukę",
    "min_quantity": "мин партия, мин заказ, минимальный объём, мін партія, мін замовлення, мінімальний обсяг, "
    "mindestmenge, mindestbestellmenge, quantité minimale, cantidad mínima, pedido mínimo, minimalna ilość, "
    "minimum logistyczne",
    "multiple": "упаковка, verpackungseinheit, losgröße, multiple de commande, múltiplo, wielokrotność, opakowanie",
    "defect_rate": "процент брака, відсоток браку, ausschuss, ausschussquote, fehlerquote, taux de rebut, "
    "tasa de defectos, wadliwość, odsetek braków",
    "lead_days": "срок, срок изготовления, срок доставки, термін, термін виготовлення, строк поставки, lieferzeit, "
    "lieferfrist, délai, délai de livraison, plazo, plazo de entrega, termin dostawy, czas dostawy",
    "payment_days": "условия оплаты, умови оплати, zahlungsziel, délai de paiement, plazo de pago, termin płatności",
    "backup_fee": "reservierungsgebühr, frais de réservation, cuota de reserva, opłata za rezerwację",
    "valid_until": "действительно до, дійсно до, gültig bis, valable jusqu'au, válido hasta, ważne do, ważna do",
    "parent": "baugruppe, ensemble, conjunto, zespół",
    "child": "komponente, composant, componente, składnik",
    "note": "bemerkung, anmerkung, remarque, observaciones, nota, uwagi",
    "source": "quelle, fuente, źródło",
}


def _together(first: Mapping[str, str], second: Mapping[str, str]) -> Mapping[str, str]:
    return {name: ", ".join(filter(None, (words, second.get(name, "")))) for name, words in first.items()}


TABLE_WORDS = _together(_TABLES, _TABLES_ELSEWHERE)
COLUMN_WORDS = _together(_COLUMNS, _COLUMNS_ELSEWHERE)
