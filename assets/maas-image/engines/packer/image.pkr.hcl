// Builds the image in a virtual machine of Debian 13: for hosts where neither mmdebstrap nor docker may run as root.
//   packer init . && packer build .
packer {
  required_version = ">= 1.11.0"
  required_plugins {
    qemu = {
      source  = "github.com/hashicorp/qemu"
      version = ">= 1.1.0"
    }
    ansible = {
      source  = "github.com/hashicorp/ansible"
      version = ">= 1.1.2"
    }
  }
}

variable "release" {
  type    = string
  default = "trixie"
}

variable "output" {
  type        = string
  description = "The tarball; the manifest and the log come to lie beside it."
}

variable "source_date_epoch" {
  type    = string
  default = ""
}

variable "builder_password" {
  type        = string
  sensitive   = true
  description = "Of the user in the virtual machine, which is thrown away afterwards. Any random text."
}

variable "accelerator" {
  type    = string
  default = "kvm"
}

locals {
  cloud_image = "https://cloud.debian.org/images/cloud/${var.release}/latest"
  user_data = {
    ssh_pwauth = true
    users = [{
      name              = "builder"
      shell             = "/bin/bash"
      sudo              = "ALL=(ALL) NOPASSWD:ALL"
      lock_passwd       = false
      plain_text_passwd = var.builder_password
    }]
  }
}

source "qemu" "builder" {
  iso_url      = "${local.cloud_image}/debian-13-genericcloud-amd64.qcow2"
  iso_checksum = "file:${local.cloud_image}/SHA512SUMS"
  disk_image   = true
  disk_size    = "20G"
  format       = "qcow2"
  accelerator  = var.accelerator
  cpus         = 2
  memory       = 4096
  headless     = true
  net_device   = "virtio-net"

  // cloud-init finds its seed by the serial number of the machine (NoCloud).
  http_content = {
    "/meta-data" = jsonencode({ "instance-id" = "builder", "local-hostname" = "builder" })
    "/user-data" = "#cloud-config\n${jsonencode(local.user_data)}\n"
  }
  qemuargs = [["-smbios", "type=1,serial=ds=nocloud;s=http://{{ .HTTPIP }}:{{ .HTTPPort }}/"]]

  ssh_username     = "builder"
  ssh_password     = var.builder_password
  ssh_timeout      = "15m"
  shutdown_command = "sudo systemctl poweroff"
  output_directory = "packer-output"
}

build {
  sources = ["source.qemu.builder"]

  provisioner "ansible" {
    playbook_file = "${path.root}/playbook.yml"
    user          = "builder"
    use_proxy     = false
    extra_arguments = [
      "--extra-vars", jsonencode({ output = abspath(var.output), source_date_epoch = var.source_date_epoch }),
    ]
  }
}
