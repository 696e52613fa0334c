locals { role = "server" }
