module evidence

go 1.24
