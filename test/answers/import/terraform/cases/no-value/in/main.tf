module "x" {
  name =
}
