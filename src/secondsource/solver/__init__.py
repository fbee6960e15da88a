"""Linear and mixed-integer programs with named rows and columns; knows nothing of procurement."""
