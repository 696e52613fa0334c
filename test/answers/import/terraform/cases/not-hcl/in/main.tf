{"module": {}}
