stage = "never loaded by itself"
