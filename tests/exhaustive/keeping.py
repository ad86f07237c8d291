"""Lines because of which nothing is deleted that isn't saved, each with the test that must notice its loss."""

from __future__ import annotations

from tests.exhaustive.safekeeping import Mutation

M = Mutation
SAVING, CHANGED, UNSAVED = "backup/test_saving.py", "backup/test_changed_since.py", "backup/test_unsaved_stays.py"
CONTENT, FOLDER = "backup/test_content.py", "backup/test_folder.py"
OBJECT_WRITTEN_SINCE = f"{SAVING}::test_object_written_since"
AGAIN_AND_AGAIN = f"{CHANGED}::test_changed_again_and_again"
CHECKSUM = f"{CONTENT}::test_checksum"
PROVEN = 'writing.bytes != listed.facts["size"] or not _is_proven(client, writing, which, proof):'

# fmt: off
KEEPING = (
    M("teardown/deletion.py", "return [r for r in todo if r.id not in errors]\n\n    def _just",
      "return todo\n\n    def _just", f"{SAVING}::test_item_written_since"),
    M("kinds/emptying.py", "return [key for key in _keys(page) if key not in unsaved]", "return _keys(page)",
      OBJECT_WRITTEN_SINCE),
    M("kinds/emptying.py", "refused.add([{**key, **UNSAVED} for key in unsaved])", "pass", OBJECT_WRITTEN_SINCE),
    M("kinds/emptying.py", "if aws.backup and (late := aws.backup.unsaved(bucket, page)):",
      "if False and (late := []):", OBJECT_WRITTEN_SINCE),
    M("backup/bucket.py", "if not (is_whole and backup.index.has_object(bucket.id, entry))]", "if not is_whole]",
      OBJECT_WRITTEN_SINCE),
    M("backup/bucket.py", '("s3:ListObjectVersions", "s3:ListMultipartUploads")', '("s3:ListObjectVersions",)',
      OBJECT_WRITTEN_SINCE),
    M("backup/bucket.py", "            backup.index.reopen(bucket.kind, bucket.id)\n", "            pass\n",
      OBJECT_WRITTEN_SINCE),
    M("backup/bucket.py", 'if tags not in (None, one.facts["tags"])', "if False",
      f"{CHANGED}::test_bucket_and_tags_changed_since"),
    M("backup/content.py", PROVEN, 'writing.bytes != listed.facts["size"]:', CHECKSUM),
    M("backup/content.py", PROVEN, "not _is_proven(client, writing, which, proof):", f"{CONTENT}::test_etag"),
    M("backup/content.py", "return _again(client, which) == writing.sha256.digest()", "return True",
      f"{CONTENT}::test_nothing_tells"),
    M("backup/content.py", "if match and not is_other:", "if match:", CHECKSUM),
    M("backup/content.py", "    writing.sync()\n", "", CHECKSUM),
    M("backup/folder.py", "max(self._place, self.bytes), self._place + len(data)",
      "self._place, self._place + len(data)", f"{FOLDER}::test_a_part_that_comes_anew"),
    M("backup/folder.py", "_refuse_another(writing, path)\n            finally", "pass\n            finally",
      f"{FOLDER}::test_disk_that_forgets_a_stretch"),
    M("backup/folder.py", "        os.fsync(self._descriptor)\n", "", f"{FOLDER}::test_disk_that_fails"),
    M("backup/saving.py", "            changed.append(resource)\n", "            pass\n", AGAIN_AND_AGAIN),
    M("backup/saving.py", 'why |= {r.id: NotSaved(f"The {r} is not deleted: {RESTLESS}") for r in changed}', "pass",
      AGAIN_AND_AGAIN),
    M("backup/saving.py", "for r in resources if r.id not in why}\n        return why",
      "for r in resources}\n        return why", f"{UNSAVED}::test_not_saved_the_first_time"),
    M("backup/saving.py", "if damage(self.root, file.path, file)]:", "if False]:",
      f"{UNSAVED}::test_damaged_since_it_was_saved"),
    M("backup/saving.py", "return why | {id_: lost[o.id]", "return {id_: lost[o.id]",
      f"{UNSAVED}::test_what_hangs_on_it_is_not_told"),
    M("backup/saving.py", "for o in some if o.id in lost}", "for o in some if False}",
      "backup/test_changed_besides.py::test_policy_that_cannot_be_saved"),
    M("backup/saving.py", "(known := self.index.file(path)) and known.sha256 != digest:",
      "(known := self.index.file(path)) and False:", f"{CHANGED}::test_rule_changed_since"),
    M("backup/table.py", 'if digest_of(table.kind, description) != known.facts.get("definition"):', "if False:",
      f"{UNSAVED}::test_table_changed_since"),
    M("backup/table.py", 'if str(await _digest(aws, table)) == known.facts["digest"] else', "if True else",
      f"{SAVING}::test_item_written_since"),
    M("backup/table.py", "if known and known.region != table.region:", "if False:", f"{SAVING}::test_two_regions"),
)
# fmt: on
