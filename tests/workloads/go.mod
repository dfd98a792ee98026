module seamark.test/workloads

go 1.19
