module seamark/layouts

go 1.19
