variable "pm_api_url" { default = "https://proxmox.lan:8006/api2/json" }
variable "pm_user" { default = "root@pam" }

variable "pm_password" {
  type      = string
  sensitive = true
}

variable "target_node" {
  type = string
  validation {
    condition     = length(var.target_node) > 0 && var.target_node != "none"
    error_message = "A node."
  }
}

variable "stage" {
  type    = string
  default = "test"
}

variable "bridges" {
  type    = map(string)
  default = { storage = "vmbr1" }
}
