locals { memory = 8192 }

module "edge" {
  target_node = "pve2"
  cores       = 8
}
