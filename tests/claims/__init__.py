"""Published claims against made data whose answers are known."""
