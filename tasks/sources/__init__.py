"""One bounded client for every upstream that is read, one module per upstream."""
