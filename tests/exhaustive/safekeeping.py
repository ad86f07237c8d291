"""Lines that keep files, classes and certificates safe, each with a change that undoes it and a test that must notice.

A row names a module of the package, a piece of it that stands there once, what is put in its place, and the test.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutation(NamedTuple):
    """A change of the code, and the quick test that fails by it."""

    module: str
    piece: str
    instead: str
    test: str

    def __str__(self) -> str:
        return f"{self.module} {self.piece.strip()[:60]} -> {self.instead.strip()[:60]}"


M = Mutation
OTHER_ACCOUNT = "real/test_other_account.py"
DOUBT_IS_NOT_CLEAN = "certificate/test_certificate.py::test_doubt_is_not_clean"
LEFTOVERS_WIN = "certificate/test_certificate.py::test_leftovers_win"
NONE_WHILE_ONE_RUNS = "real/test_verdict.py::test_none_of_the_last_run_while_one_runs"
UNFINISHED_FILE_OF_SOMEBODY_ELSES = "test_reports_folder.py::test_unfinished_file_of_somebody_elses"
DISK_FULL_HALF_WAY = "test_reports_folder.py::test_disk_full_half_way"
WHAT_IS_NO_PLACE_FOR_REPORTS = "test_reports_folder.py::test_what_is_no_place_for_reports"
PUT_THERE_AT_THE_LAST_MOMENT = "test_reports_folder.py::test_put_there_at_the_last_moment"
ON_THE_DISK_BEFORE_IT_IS_DELETED = "test_journal.py::test_on_the_disk_before_it_is_deleted"
TORN_LINES_ARE_PASSED_OVER = "test_journal.py::test_torn_lines_are_passed_over"
MEMORIES_GROW_OLD = "test_journal_untrusted.py::test_memories_grow_old"
WHAT_IS_GONE_IS_FORGOTTEN = "test_journal_untrusted.py::test_what_is_gone_is_forgotten"
LINE_OF_ANOTHER_ACCOUNT = "test_journal_untrusted.py::test_line_of_another_account"
JOURNAL = "test_journal.py"
BAD_LINE = "test_journal_untrusted.py::test_bad_line"
WRONG_ONLY = "roster/test_only.py::test_wrong_only"
NOR_BY_A_TESTS_NAME = "roster/test_only.py::test_nor_by_a_tests_name"
ACCOUNTS_ARE_NOT_CHOSEN_SO = "roster/test_only.py::test_accounts_are_not_chosen_so"
WHATEVER_ACCOUNTS_ARE_CALLED = "roster/test_organization.py::test_whatever_accounts_are_called"
ALIASES = "roster/test_organization.py::test_aliases"
SUSPENDED_ACCOUNT_IS_TOLD = "roster/test_organization.py::test_suspended_account_is_told"
READ_BY_EVERYBODY_ALIKE = "certificate/test_forged.py::test_read_by_everybody_alike"
REFUSED = "certificate/test_verification.py::test_refused"
FORGED = "certificate/test_forged.py::test_forged"
VERIFICATION = "certificate/test_verification.py"
DEPTH = "certificate/test_verification.py::test_depth"
SAFEKEEPING = (
    M("certificate/certificate.py", "if run.aws.is_elsewhere:", "if False:", OTHER_ACCOUNT),
    M("certificate/certificate.py", "if run.interrupted:", "if False:", DOUBT_IS_NOT_CLEAN),
    M("certificate/certificate.py", "if run.failed and not doubts:", "if False:", DOUBT_IS_NOT_CLEAN),
    M("certificate/certificate.py", "for look in run.unseen)", "for look in ())", DOUBT_IS_NOT_CLEAN),
    M("certificate/certificate.py", "if run.sweep is None:", "if False:", DOUBT_IS_NOT_CLEAN),
    M(
        "certificate/certificate.py",
        'test.result in ("not seen", "not run")',
        'test.result == "not seen"',
        DOUBT_IS_NOT_CLEAN,
    ),
    M(
        "certificate/certificate.py",
        'for test in run.own_tests if test.result == "failed"',
        "for test in ()",
        "certificate/test_certificate.py::test_own_tests_are_certified",
    ),
    M("certificate/certificate.py", "for look in run.sweep.unseen)", "for look in ())", DOUBT_IS_NOT_CLEAN),
    M(
        "certificate/certificate.py",
        "for found in run.sweep.in_between)",
        "for found in ())",
        DOUBT_IS_NOT_CLEAN,
    ),
    M("certificate/certificate.py", "if not run.sweep.complete:", "if False:", DOUBT_IS_NOT_CLEAN),
    M("certificate/certificate.py", 'if step.result == "blocked" or', "if", DOUBT_IS_NOT_CLEAN),
    M("certificate/certificate.py", 'if step.result != "not run"}', "}", DOUBT_IS_NOT_CLEAN),
    M("certificate/certificate.py", "if left:", "if False:", LEFTOVERS_WIN),
    M("plugin/certify.py", "path.unlink(missing_ok=True)", "pass", NONE_WHILE_ONE_RUNS),
    M(
        "files.py",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL",
        "os.O_WRONLY | os.O_CREAT",
        UNFINISHED_FILE_OF_SOMEBODY_ELSES,
    ),
    M("files.py", 'path.with_name(f"{path.name}.unfinished")', "path", DISK_FULL_HALF_WAY),
    M("files.py", " if found.st_nlink > 1 else", " if False else", WHAT_IS_NO_PLACE_FOR_REPORTS),
    M("files.py", "| os.O_NOFOLLOW", "", PUT_THERE_AT_THE_LAST_MOMENT),
    M("files.py", "if why := _problem(os.fstat(descriptor)):", "if why := '':", PUT_THERE_AT_THE_LAST_MOMENT),
    M("files.py", "    if path.is_symlink():", "    if False:", WHAT_IS_NO_PLACE_FOR_REPORTS),
    M("teardown/journal.py", "            os.fsync(file)\n", "            pass\n", ON_THE_DISK_BEFORE_IT_IS_DELETED),
    M("teardown/journal.py", "_after_torn_line(file) + data", "data", TORN_LINES_ARE_PASSED_OVER),
    M("teardown/journal.py", " and _is_recent(line[", " and bool(line[", MEMORIES_GROW_OLD),
    M("teardown/journal.py", 'elif line["event"] == "gone":', "elif False:", WHAT_IS_GONE_IS_FORGOTTEN),
    M("teardown/journal.py", 'elif line["event"] == "forget":', "elif False:", WHAT_IS_GONE_IS_FORGOTTEN),
    M("teardown/journal.py", ' and line["account"] == self._account', "", LINE_OF_ANOTHER_ACCOUNT),
    M("teardown/journal.py", "fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)", "pass", JOURNAL),
    M("strict_json.py", "if len(made) != len(pairs):", "if False:", BAD_LINE),
    M("teardown/journal_lines.py", "if when > datetime.now(UTC) + SKEW:", "if False:", BAD_LINE),
    M("teardown/journal_lines.py", "elif not topic.ids.fullmatch(", "elif False and (", BAD_LINE),
    M("teardown/journal_lines.py", '- {line["account"]}', "- {*re.findall('[0-9]{12}', line['id'])}", BAD_LINE),
    M("classroom/accounts.py", "for alias in sorted(wanted - {", "for alias in sorted(set() - {", WRONG_ONLY),
    M("classroom/accounts.py", "if value and value != str(count):", "if False:", WRONG_ONLY),
    M("plugin/choosing.py", "    if others:", "    if False:", NOR_BY_A_TESTS_NAME),
    M("plugin/choosing.py", "if inside or everywhere:", "if inside:", ACCOUNTS_ARE_NOT_CHOSEN_SO),
    M("plugin/choosing.py", "if inside or everywhere:", "if everywhere:", ACCOUNTS_ARE_NOT_CHOSEN_SO),
    M("classroom/organization.py", " and not NUMBERED.fullmatch(name)", "", WHATEVER_ACCOUNTS_ARE_CALLED),
    M("classroom/organization.py", "count[name] == 1", "True", ALIASES),
    M(
        "classroom/organization.py",
        "word for word in told if word != ACTIVE",
        "word for word in ()",
        SUSPENDED_ACCOUNT_IS_TOLD,
    ),
    M("strict_json.py", "raise Ambiguous(msg)", "pass", READ_BY_EVERYBODY_ALIKE),
    M("certificate/envelopes.py", "envelope.verify([trusted], 1)", "pass", REFUSED),
    M("certificate/verification.py", "if age < -SKEW:", "if False:", FORGED),
    M("certificate/verification.py", "elif age > timedelta(days=most):", "elif False:", REFUSED),
    M("certificate/verification.py", 'if subject != {"name"', 'if False and {"name"', FORGED),
    M("certificate/verification.py", 'if predicate["caller"].split(":")[1:5:3] !=', "if False and", FORGED),
    M("certificate/verification.py", "!= list(workshop.STEPS):", "== 0:", FORGED),
    M("certificate/verification.py", "if ended < started:", "if False:", FORGED),
    M("certificate/verification.py", "if audit[1] < run[1] or audit[2] > run[2]:", "if False:", FORGED),
    M("certificate/verification.py", 'if wanted.account not in ("", predicate["account"]):', "if False:", REFUSED),
    M("certificate/verification.py", 'if manifest["prefix"] != meant.prefix:', "if False:", FORGED),
    M("certificate/verification.py", 'if manifest["region"] != meant.region:', "if False:", FORGED),
    M("certificate/verification.py", 'if manifest["digest"]["sha256"] != meant.digest:', "if False:", FORGED),
    M("certificate/verification.py", 'if others := predicate["otherEndpoints"]:', "if False:", VERIFICATION),
    M("certificate/verification.py", 'if predicate["verdict"] != "CLEAN":', "if False:", VERIFICATION),
    M("certificate/verification.py", "if DEPTHS.index(depth) < DEPTHS.index(wanted.depth):", "if False:", DEPTH),
)
