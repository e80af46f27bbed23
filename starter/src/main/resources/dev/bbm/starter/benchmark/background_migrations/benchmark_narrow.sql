-- job_class: BenchmarkNarrow
UPDATE narrow SET n = n + 1 WHERE ${subBatch}
