"""Problems of where to buy alone, linear but for what engaging a supplier costs: searched and proved by suppliers."""
