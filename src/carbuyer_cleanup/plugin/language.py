"""The questions, and what a user reads last, in the workshop's two languages: English and Vietnamese.

The type checker sees that each language has every text. Verdicts, commands and AWS's own words stay in English.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carbuyer_cleanup.project_files import COMMAND

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from carbuyer_cleanup.certificate.prices import Estimate

Forms = tuple[str, str]  # singular and plural


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts of a language; values replace what is in braces."""

    account: str
    whose: str
    accounts: Forms
    resources: Forms
    minutes: Forms
    cost: str
    or_more: str
    unknown_cost: str
    summed: str

    question: str
    wrong_number: str
    class_question: str
    wrong_count: str
    left_alone: str
    is_it_ours: str
    is_it_not: str
    answer: str
    undecided: str
    unanswered: str

    rehearsed: str
    refused: str
    stopped: str
    stopped_looking: str
    stopped_half_way: str
    stopped_at_the_end: str
    incomplete: str
    incomplete_too: Forms
    nothing_to_delete: str
    planned: Forms
    doubtful: str
    class_planned: str
    left: Forms
    left_unknown: str
    delete_them: Forms
    again: str
    console: str
    in_the_way: str
    held: str
    held_too: Forms
    unverified: str
    unverified_too: Forms
    say_whose: str
    leaving: str
    not_run: str
    clean: str
    own_failed: str
    own_why: str

    def worth(self, cost: Estimate) -> str:
        """Return a cost in a few words."""
        if cost.unknown and not cost.usd:
            return self.unknown_cost
        return self.cost.format(usd=cost.usd) + (self.or_more if cost.unknown else "")


def of(forms: Forms, count: int) -> str:
    """Return the singular or plural form for ``count``, filled in."""
    return forms[count != 1].format(count=count)


ENGLISH = Texts(
    account="account {account}: {sentence}",
    whose="account {account} {alias}",
    accounts=("{count} account", "{count} accounts"),
    resources=("{count} resource", "{count} resources"),
    minutes=("{count} minute", "{count} minutes"),
    cost="about USD {usd:.2f} a month",
    or_more=" or more",
    unknown_cost="at an unknown cost",
    summed="{resources}, {cost}, usually about {minutes}",
    question="This can't be undone. Type the account number to go ahead: ",
    wrong_number="That is not this account's number ({account}). Nothing was deleted.",
    class_question="This can't be undone. Type the number of accounts to go ahead: ",
    wrong_count="That is not the number of accounts ({count}). Nothing was deleted.",
    left_alone=", {count} of them left alone",
    is_it_ours="Is it the workshop's? Type {word} if it is, no if it isn't, or press Enter to leave it undecided.",
    is_it_not="Is it the workshop's? Type no if it isn't, or press Enter to leave it undecided.",
    answer="Your answer: ",
    undecided="That is neither {word} nor no: it stays undecided.",
    unanswered="You left the question unanswered.",
    rehearsed=f"no account was touched. To clean yours: {COMMAND} --aws",
    refused="nothing was deleted. The reason is below.",
    stopped="nothing was deleted.",
    stopped_looking="not everything was looked at. Nothing was deleted. Run the same command again.",
    stopped_half_way="{gone} of {found} resources deleted. Run the same command again: it goes on from there.",
    stopped_at_the_end="all {found} resources deleted, but not everything was checked. Check it with --verify.",
    incomplete="incomplete, because of {why}{others} Nothing was deleted.",
    incomplete_too=(" {count} more step could not be looked at.", " {count} more steps could not be looked at."),
    nothing_to_delete="there is nothing to delete.",
    planned=(
        "{count} resource would be deleted. To delete it, run the same command without --plan.",
        "{count} resources would be deleted. To delete them, run the same command without --plan.",
    ),
    doubtful="{count} in doubt.",
    class_planned="nothing was deleted in {accounts}.",
    left=("{count} resource is left", "{count} resources are left"),
    left_unknown="something is left, but the run could not see what.",
    delete_them=(
        "To delete it, run the same command without --verify.",
        "To delete them, run the same command without --verify.",
    ),
    again="Run the same command again.",
    console="If anything is left after that, delete it in the console; then check with --verify.",
    in_the_way="Before that, remove what blocks it and is not the workshop's: {what}.",
    held="Step {number} ({title}): {error}{others}",
    held_too=(" {count} more step did not finish.", " {count} more steps did not finish."),
    unverified="no leftover was found, but that is not certain: {first}",
    unverified_too=(
        " See certificate.json for {count} more reason.",
        " See certificate.json for {count} more reasons.",
    ),
    say_whose="Say whose it is: --name ENTRY=NAME, or --not-ours ID.",
    leaving="AWS is deleting it: check again with --verify in a few minutes.",
    not_run="To be sure, run all steps and the audit.",
    clean="nothing of the workshop is left.",
    own_failed="{name} failed.",
    own_why="The reason is above. No step deletes what it found; delete it, then check with --verify.",
)
VIETNAMESE = Texts(
    account="tài khoản {account}: {sentence}",
    whose="tài khoản {account} {alias}",
    accounts=("{count} tài khoản",) * 2,
    resources=("{count} tài nguyên",) * 2,
    minutes=("{count} phút",) * 2,
    cost="khoảng {usd:.2f} USD mỗi tháng",
    or_more=" trở lên",
    unknown_cost="chưa rõ chi phí",
    summed="{resources}, {cost}, thường mất khoảng {minutes}",
    question="Xóa rồi không khôi phục được. Nhập số tài khoản (12 chữ số) để tiếp tục: ",
    wrong_number="Đó không phải số của tài khoản này ({account}). Chưa có gì bị xóa.",
    class_question="Xóa rồi không khôi phục được. Nhập số lượng tài khoản ở trên để tiếp tục: ",
    wrong_count="Đó không phải số lượng tài khoản của lớp ({count}). Chưa có gì bị xóa.",
    left_alone=", trong đó {count} tài khoản được bỏ qua",
    is_it_ours="Tài nguyên này có phải của workshop không? Nhập {word} nếu phải, no nếu không, hoặc Enter nếu chưa rõ.",
    is_it_not="Tài nguyên này có phải của workshop không? Nhập no nếu không, hoặc Enter nếu chưa rõ.",
    answer="Trả lời: ",
    undecided="Câu trả lời không phải {word} cũng không phải no: tạm coi là chưa rõ.",
    unanswered="Bạn chưa trả lời câu hỏi.",
    rehearsed=f"đây chỉ là chạy thử, không tài khoản AWS nào bị đụng đến. Để dọn tài khoản của bạn: {COMMAND} --aws",
    refused="chưa có gì bị xóa. Lý do ở bên dưới.",
    stopped="chưa có gì bị xóa.",
    stopped_looking="chưa kiểm tra hết. Không có gì bị xóa. Chạy lại đúng lệnh này để kiểm tra toàn bộ.",
    stopped_half_way="đã xóa {gone}/{found} tài nguyên. Chạy lại đúng lệnh này để xóa tiếp.",
    stopped_at_the_end="đã xóa cả {found} tài nguyên, nhưng chưa kiểm tra hết. Kiểm tra bằng --verify.",
    incomplete="kế hoạch chưa đầy đủ, vì {why}{others} Không có gì bị xóa.",
    incomplete_too=(" Còn {count} bước khác không xem được.",) * 2,
    nothing_to_delete="không có gì để xóa.",
    planned=("{count} tài nguyên sẽ bị xóa. Để xóa, chạy lại lệnh này nhưng bỏ --plan.",) * 2,
    doubtful="{count} tài nguyên chưa rõ có phải của workshop không.",
    class_planned="chưa có gì bị xóa trong {accounts}.",
    left=("còn sót {count} tài nguyên",) * 2,
    left_unknown="vẫn còn sót tài nguyên, nhưng không biết là gì.",
    delete_them=("Để xóa, chạy lại lệnh này nhưng bỏ --verify.",) * 2,
    again="Chạy lại đúng lệnh này.",
    console="Những gì vẫn còn, hãy xóa trong AWS Console, rồi kiểm tra lại bằng --verify.",
    in_the_way="Trước đó, hãy gỡ bỏ những gì không thuộc workshop nhưng đang cản trở việc xóa: {what}.",
    held="Bước {number} ({title}): {error}{others}",
    held_too=(" Còn {count} bước khác chưa hoàn tất.",) * 2,
    unverified="không thấy tài nguyên nào còn sót, nhưng chưa chắc chắn: {first}",
    unverified_too=(" Xem certificate.json để biết {count} lý do khác.",) * 2,
    say_whose="Hãy cho biết tài nguyên đó có phải của workshop không: --name ENTRY=NAME, hoặc --not-ours ID.",
    leaving="AWS đang xóa: vài phút nữa hãy kiểm tra lại bằng --verify.",
    not_run="Hãy chạy đủ các bước và bước kiểm tra cuối cùng (audit) để biết chắc.",
    clean="không còn tài nguyên nào của workshop.",
    own_failed="{name} thất bại.",
    own_why="Lý do ở trên. Không bước nào xóa thứ mà test này tìm thấy; hãy tự xóa, rồi kiểm tra lại bằng --verify.",
)
LANGUAGES: Mapping[str, Texts] = {"en": ENGLISH, "vi": VIETNAMESE}
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides: POSIX, "Internationalization Variables"


def words_of(config: pytest.Config) -> Texts:
    """Return the texts for the language of ``--lang``, or else of the locale; English if there are none."""
    locale = next(filter(None, map(os.environ.get, LOCALE)), "")
    return LANGUAGES[config.getoption("--lang") or next((code for code in LANGUAGES if locale.startswith(code)), "en")]
