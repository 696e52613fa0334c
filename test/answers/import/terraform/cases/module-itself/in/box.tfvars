vmid        = 200
name        = "Box"
target_node = "pve2"
vm_count = 2
