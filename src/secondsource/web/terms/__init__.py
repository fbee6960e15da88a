"""Questions about a plan by which the manager dictates the terms: dependence, prices, rules; not for the answers."""
