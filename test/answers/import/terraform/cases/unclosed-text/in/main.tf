module "x" {
  name = "a
}
