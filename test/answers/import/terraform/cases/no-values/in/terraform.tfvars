memroy = 4096
