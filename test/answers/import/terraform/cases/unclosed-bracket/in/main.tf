module "x" {
  tags = ["a", "b"
}
