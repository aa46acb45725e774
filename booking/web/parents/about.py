"""What parents may want to know: how places are given, their data, accessibility."""
