"""The inputs of studies: make or buy, landed cost, labour, qualification, quality; read as strictly as a problem is."""
