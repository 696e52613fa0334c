module "x" {
  name = "a"
  name = "b"
}
