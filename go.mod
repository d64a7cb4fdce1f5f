module github.com/tillproof/tillproof

go 1.26
