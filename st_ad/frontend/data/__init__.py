"""What names stand for while a function is run on types: numbers, containers, objects, and the storage behind them."""
