"""What can go wrong, in probability, time and money: reliability, simulation, recovery; knows no plan and no file."""
