variable "motd" {
  sensitive = true
  default   = "hunter3"
}

locals {
  admin_password = "hunter4"
}

provider "proxmox" {
  pm_api_url          = "https://[2001:db8::1]/api2/json"
  pm_api_token_secret = "hunter5"
}

module "web" {
  source      = "git::https://github.com/lucidsolns/terraform-proxmox-vm.git?ref=v0.1.2"
  vmid        = 100
  name        = "web"
  target_node = "pve1"
  description = "Say ${var.motd}"
  pool        = local.admin_password
  cipassword  = "hunter6"
  extra       = { password = "hunter7", note = merge({ token = "hunter8" }, {}) }
  os_type     = format("l%s", "26")
}
