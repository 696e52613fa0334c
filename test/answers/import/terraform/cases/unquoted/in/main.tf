module "x" {
  size = 20G
}
