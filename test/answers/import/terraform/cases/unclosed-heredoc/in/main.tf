module "x" {
  name = <<EOT
  text
}
