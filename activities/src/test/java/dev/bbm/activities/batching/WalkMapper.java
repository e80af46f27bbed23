package dev.bbm.activities.batching;

import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** A change that shows in each row how often it was made. */
interface WalkMapper {

  @Update("UPDATE ${table} SET n = n + 1 WHERE ${subBatch}")
  int change(@Param("table") QualifiedTable table, @Param("subBatch") SubBatchRange subBatch);

  @Select("SELECT count(*) FROM ${table} WHERE n <> 1")
  long countNotExactlyOnce(@Param("table") QualifiedTable table);
}
