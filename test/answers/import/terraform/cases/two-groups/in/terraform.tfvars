target_node = "pve9" // the first one
stage = "test"
pm_password = "hunter2"
