"""What Korean clerks tell in prose: courses of events, causes, measures, opinions, apologies; and where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from synthetic.korean.blocks.grid import ANSWER, QUESTION, Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.text.sentences import fill
from synthetic.text.vocabulary import Vocabulary, terms

#: By trade: n a thing, l where, w who, d a deed, e what happened, f a fault, k a unit.
_TRADES = (
    """
    n:포장기 | 컨베이어 벨트 | 프레스 | 절단기 | 금형 | 유압 펌프 | 검사 장비 | 완제품 | 원자재 | 3호기 | 온도 센서
    l: 2공장 조립라인 | 출하장 | 자재 창고 | 도장실 | 1라인 후공정 | 정비실
    w: 작업반장 | 설비 담당자 | 야간 근무자 | ~s 기사 | 품질팀 ~s 대리 | 협력업체 직원 | 생산관리팀
    d: 점검 | 교체 | 정비 | 조립 | 가동 | 청소 | 검사 | 출하 | 시운전 | 보수
    e: 이상 소음 | 기름 누출 | 정전 | 끼임 사고 | 불량 | 과열 | 라인 정지
    f: 마모 | 파손 | 균열 | 작동 불량 | 오차 | 변형
    k: 개 | 대 | 시간 | 박스 | 건 | kg""",
    """
    n: 비계 | 거푸집 | 철근 | 콘크리트 | 배수관 | 안전난간 | 굴착기 | 외벽 타일 | 방수층 | 창호 | 타워크레인
    l: 지하 ~h층 | 101동 옥상 | 현장 정문 | 3공구 | 주차장 진입로 | 자재 야적장
    w: 현장소장 | 안전관리자 | 감리단 | 철근공 ~s씨 | 하도급업체 | 목공반장 | 공무팀
    d: 설치 | 해체 | 타설 | 보강 | 양중 | 철거 | 시공 | 측량 | 검측 | 되메우기
    e: 추락 사고 | 누수 | 토사 유출 | 강풍 | 자재 낙하 | 집중호우 | 공정 지연
    f: 균열 | 누수 | 침하 | 규격 미달 | 결손 | 부식
    k: 본 | 톤 | ㎡ | 개소 | 명 | m""",
    """
    n: 서버 | 업무 시스템 | 데이터베이스 | 홈페이지 | 방화벽 | 결재 문서 | 회원 정보 | 백업 자료 | 프린터 | 전자메일
    l: 전산실 | 본사 3층 사무실 | 운영 서버 | 고객지원센터 | 재택 근무지 | 관리자 화면
    w: 전산 담당자 | 개발팀 | ~s 과장 | 유지보수 업체 | 보안팀 | 신입사원 ~s | 민원인
    d: 복구 | 배포 | 점검 | 이관 | 등록 | 삭제 | 백업 | 수정 | 갱신 | 모니터링
    e: 접속 장애 | 오류 | 자료 유실 | 해킹 시도 | 응답 지연 | 디스크 고장
    f: 오류 | 누락 | 중복 | 지연 | 손상 | 불일치
    k: 건 | 시간 | 분 | 명 | GB | 회""",
    """
    n: 혈압 | 식사 | 투약 | 휠체어 | 침대 난간 | 상처 부위 | 보행 보조기 | 체온 | 재활 운동 | 기저귀 | 산책
    l: 병실 | 물리치료실 | 화장실 앞 | 3층 복도 | 휴게실 | 응급실
    w: 어르신 | 담당 간호사 | 보호자 | 요양보호사 ~s | 주치의 | 환자 본인 | 사회복지사
    d: 측정 | 관찰 | 투여 | 소독 | 안내 | 이송 | 치료 | 상담 | 보조 | 기록
    e: 낙상 | 발열 | 어지럼증 | 통증 호소 | 구토 | 피부 발진 | 호흡 곤란
    f: 부종 | 발적 | 통증 | 불안정 | 염증 | 저하
    k: 회 | 분 | mL | 시간 | 일 | mg""",
    """
    n: 과제물 | 수업 자료 | 교실 창문 | 현장체험학습 | 급식 | 상담 주간 | 방과후 수업 | 동아리 활동 | 학급 규칙 | 도서
    l: 교실 | 운동장 | 급식실 | 과학실 | 등굣길 | 체육관 | 도서관
    w: 담임교사 | ~s 학생 | 학부모 | 상담교사 | 같은 반 친구 | 교감 선생님 | 학급 임원
    d: 지도 | 상담 | 관찰 | 격려 | 제출 | 발표 | 정리 | 확인 | 참여 | 준비
    e: 다툼 | 지각 | 결석 | 부상 | 물품 분실 | 말다툼 | 안전사고
    f: 미제출 | 산만함 | 파손 | 무단결석 | 집중력 부족 | 미흡
    k: 회 | 일 | 시간 | 명 | 점 | 권""",
    """
    n: 화물 | 배송 차량 | 견적서 | 계약서 | 시제품 | 전시 부스 | 납품 물량 | 반품 상품 | 매장 진열대 | 택배 상자
    l: 거래처 본사 | 물류센터 | 고속도로 휴게소 | 전시장 | 대리점 | ~c 지점 | 하역장
    w: 거래처 담당자 | 영업팀 ~s 대리 | 운전기사 | 고객 | 매장 직원 | 대리점주 | 구매팀장
    d: 납품 | 협의 | 방문 | 회수 | 배송 | 상담 | 진열 | 시연 | 계약 | 하역
    e: 접촉 사고 | 배송 지연 | 오배송 | 고객 항의 | 가격 인상 요구 | 재고 부족
    f: 파손 | 수량 부족 | 지연 | 불친절 | 포장 훼손 | 누락
    k: 박스 | 건 | 대 | 만원 | 개사 | km""",
)
_COMMON = {
    "r": terms("""
        지난 ~h월 ~h일 | 당일 오전 ~h시 ~z분경 | 오후 ~h시경 | 전날 | 지난주 | ~y년 하반기 | ~h월 초 | 퇴근 무렵
        작업 시작 직후
        점심시간 이후 | 야간에 | 최근 ~h개월간 | 이틀 전 | 같은 날 ~h시 ~z분
    """),
    "t": terms("다음 주 | 이달 말 | ~h월 중 | 금주 | 내일 오전 | ~h월 ~h일 | 분기 말 | 차기 회의"),
    "a": terms("철저히 | 즉시 | 다시 | 재차 | 우선 | 추가로 | 함께 | 직접 | 수시로 | 충분히 | 대부분 | 전부 | 일부"),
}
_PATTERNS = {
    "account": terms("""
        ~r ~l에서 ~w(이) ~n(을) ~d하던 중 ~e(이) 발생하였음. | ~w(은) ~n의 ~f(을) 발견하고 ~w에게 ~a 알렸음.
        ~n ~u~k 중 ~h~k(을) ~d하였으나 나머지는 ~f(으로) 진행하지 못함. | ~r부터 ~n(을) ~d하였고 ~u~k(을) 마쳤음.
        ~w(과) ~w(이) ~l에서 ~n에 대해 협의하였음. | ~e 당시 ~w(은) ~l에 있었으며 ~n(은) 정상이었다고 진술함.
        ~l의 ~n(을) ~a ~d한 결과 ~f(이) ~h건 확인되었음. | 이후 ~w(이) 도착하여 ~n(을) ~d하고 상황을 종료함.
        ~r ~w(으로)부터 ~n 관련 연락을 받고 ~l(으로) 이동하였습니다. | ~e(으로) 인해 ~n ~u~k(이) 손실되었음.
        ~w(은) 처음에 ~e(을) 의심하였으나 실제로는 ~n의 ~f(이)었음. | 인명 피해는 없었으며 ~n 일부가 손상됨.
        ~r에도 같은 ~e(이) 있어 ~w(이) ~n(을) ~d한 바 있음. | ~n(을) ~d하는 데 약 ~u분이 걸렸고 ~w(이) 도와주었습니다.
    """),
    "reason": terms("""
        ~n의 ~f(을) 사전에 확인하지 못한 것이 원인임. | ~w의 부주의로 ~n ~d(이) 늦어졌음.
        ~r의 ~e 때문에 일정이 변경되었습니다.
        ~l의 ~n(이) 노후되어 ~f(이) 반복되고 있음. | ~w(과)의 연락이 되지 않아 ~n(을) ~d하지 못하였습니다.
        ~u~k 정도 물량이 늘어 인원이 부족하였음. | ~n ~d 절차를 ~a 숙지하지 못한 상태에서 작업하였음.
        예상보다 ~e(이) 잦았음.
    """),
    "measure": terms("""
        ~t까지 ~n(을) ~a ~d하기로 함. | ~w(이) 매일 ~n(을) ~d하고 결과를 기록하도록 조치함.
        ~l에 ~n ~h~k(을) 추가 배치함.
        ~e 재발을 막기 위해 ~w 대상 교육을 ~h회 실시함. | ~n ~f(은) ~a ~d하였으며 현재 이상 없음.
        ~w에게 ~d(을) 요청함.
        ~t ~w(과) ~l에서 ~n ~d 여부를 다시 확인할 예정임. | 손상된 ~n(은) 교환하고 비용 ~u만원은 ~w(이) 부담함.
        ~n(을) ~d할 때에는 반드시 2인 1조로 작업하겠음. | ~d 완료 후 ~w에게 결과를 통보하였습니다.
    """),
    "opinion": terms("""
        ~n(은) ~a 만족스러웠으나 ~l의 ~f(은) 개선이 필요하다고 생각합니다. | ~w의 ~d(이) 친절하여 도움이 되었습니다.
        ~n ~d(을) 확대하면 ~u%가량 효과가 있을 것으로 보임. | 전반적으로 양호하나 ~n의 ~f(이) 우려됨.
        ~w(은) ~n에 관심이 많고 ~d에 적극적임. | ~l의 ~n(은) 당사에도 도입할 만하다고 판단됨.
        ~e에 대한 대비가 부족하여 아쉬웠습니다. | ~w의 의견을 들어 ~t ~d하는 것이 바람직함.
    """),
    "sorry": terms("""
        본인은 ~r ~l에서 ~n ~d(을) 소홀히 하여 ~e(을) 일으켰습니다.
        제 잘못으로 ~w(과) 동료들에게 불편을 드려 죄송합니다.
        ~n(을) ~a ~d했어야 하나 그러지 못한 점을 깊이 반성하고 있습니다.
        당시 저는 ~w에게 보고하지 않고 ~n(을) ~d하였습니다.
        앞으로는 ~n ~d(을) 미루지 않고 ~w에게 ~a 보고하겠습니다. | ~r 늦잠으로 ~h시 ~z분에 출근하여 ~d(이) 늦었습니다.
        같은 ~e(이) 다시 일어나지 않도록 노력하겠습니다. | 회사에 약 ~u만원의 손해를 입혔습니다.
    """),
    "self": terms("""
        저는 ~c에서 자라며 부모님께 성실함을 배웠습니다. | 대학 시절 ~n(을) ~d하는 동아리에서 ~h년간 활동했습니다.
        ~y년 ~l에서 인턴으로 일하며 ~w(과) ~n(을) ~d한 경험이 있습니다. | ~e(을) 겪으면서 책임감을 기를 수 있었습니다.
        ~n에 대한 관심이 ~d 분야로 이어져 지원하게 되었습니다. | 동료들은 저를 ~a 움직이는 사람이라고 말합니다.
        입사 후에는 ~n ~d 업무를 배워 ~h년 안에 전문가가 되겠습니다.
        단점은 ~n 앞에서 조급해지는 것이지만 고쳐 가고 있습니다.
    """),
    "note": terms("""
        ~n ~d 완료(~u~k) | ~w 면담, ~n ~d 협의 | ~l ~n ~f 확인 후 ~d | ~t ~n ~d 예정 | ~e ~h건 발생, 조치 완료
        ~n ~u~k 입고
        ~w 휴가로 ~d 보류 | ~n ~d률 ~u% | 특이사항 없음, ~n 정상 | ~l 방문하여 ~n ~d | ~w 요청으로 ~n 재~d
    """),
}
_LISTS = tuple(
    _COMMON | {line.split(":")[0].strip(): terms(line.split(":")[1]) for line in trade.strip().splitlines()}
    for trade in _TRADES
)
_MARKS = ("-", "-", "○", "•", "{}.", "{})", "가나다라마바사아")
_PARTICLES = {"을": "를", "이": "가", "은": "는", "과": "와", "으로": "로"}
_PARTICLE = re.compile(r"(.)\((을|이|은|과|으로)\)")

Trade = Mapping[str, tuple[str, ...]]


def narrate(v: Vocabulary, rng: Random, kind: str, sentences: int, trade: Trade) -> list[str]:
    """So many different sentences of that kind. KeyError: no such kind; ValueError: it has fewer."""
    return [_PARTICLE.sub(_joined, fill(pattern, v, rng, trade)) for pattern in rng.sample(_PATTERNS[kind], sentences)]


def _joined(found: re.Match[str]) -> str:
    """The particle that follows this syllable: 을 behind a consonant, 를 behind a vowel."""
    before, particle = found.groups()
    final = (ord(before) - 0xAC00) % 28 if "가" <= before <= "힣" else 0
    # ㄹ counts as a vowel before 로
    return before + (particle if final and not (final == 8 and particle == "으로") else _PARTICLES[particle])


class ProseAnswers:
    """Writes names of fields with prose as answers, all of one trade and, mostly, in one place of the page."""

    def __init__(self, p: Paper) -> None:
        self.p, self.rng = p, p.rng
        self.trade: Trade = p.rng.choice(_LISTS)
        self._place = p.rng.choice((self._cells, self._cells, self._above, self._stacked, self._behind))

    def print_fields(self, *asks: tuple[str, str]) -> None:
        """(names between bars, kind of prose) each."""
        self._place(asks)

    def _texts(self, kind: str) -> list[str]:
        """Paragraphs, or statements behind marks; none where the page is not filled in."""
        p, rng = self.p, self.rng
        if rng.random() > 0.3 + 0.7 * p.style.filled:
            return []
        v = p.canvas.vocabulary
        if kind == "note" or rng.random() < 0.3:
            mark = rng.choice(_MARKS)
            parts = narrate(v, rng, kind, rng.randint(2, 6), self.trade)
            marks = [f"{mark[n]}." if len(mark) > 3 else mark.format(n + 1) for n in range(len(parts))]
            return [f"{one} {part}" for one, part in zip(marks, parts, strict=True)]
        paragraphs = rng.choice((1, 1, 1, 2))
        return [" ".join(narrate(v, rng, kind, rng.randint(2, 7 // paragraphs), self.trade)) for _ in range(paragraphs)]

    def _cells(self, asks: tuple[tuple[str, str], ...]) -> None:
        """Names in a left column, prose in the right one."""
        rows = [(self.p.q(name), self._tall(kind, "left")) for name, kind in asks]
        self.p.grid((1, self.rng.uniform(3.5, 6)), rows)

    def _stacked(self, asks: tuple[tuple[str, str], ...]) -> None:
        """Each name in a cell over its prose."""
        self.p.grid((1,), [[cell] for name, kind in asks for cell in (self.p.q(name), self._tall(kind, "above"))])

    def _tall(self, kind: str, keys: str) -> Cell:
        text = " ".join(self._texts(kind))
        return Cell(((ANSWER, text),) if text else (), keys=keys, tall=self.rng.uniform(3, 8))

    def _above(self, asks: tuple[tuple[str, str], ...]) -> None:
        """Each name on a line, its prose below from the margin or set in."""
        p, canvas, size = self.p, self.p.canvas, self.p.canvas.size
        indent = self.rng.choice((0.0, 1.0, 2.0)) * size
        for number, (name, kind) in enumerate(asks, 1):
            p.skip(0.5)
            key = canvas.text(self._numbered(name, number), p.x0, p.y, QUESTION)
            p.y = key.y1 + self.rng.uniform(0.4, 1.0) * size
            for text in self._texts(kind):
                spot = canvas.text(text, p.x0 + indent, p.y, ANSWER, room=p.x1 - p.x0 - indent, leading=1.5)
                canvas.link(key, spot)
                p.y = spot.y1 + 0.6 * size
            p.skip(self.rng.uniform(0.5, 2.0))

    def _behind(self, asks: tuple[tuple[str, str], ...]) -> None:
        """Prose behind the name: on below it from the margin, or hanging under its own beginning."""
        p, canvas, size = self.p, self.p.canvas, self.p.canvas.size
        hangs = self.rng.random() < 0.5
        for number, (name, kind) in enumerate(asks, 1):
            p.skip(0.5)
            key = canvas.text(self._numbered(name, number), p.x0, p.y, QUESTION)
            start, bottom = key.x1 + 0.8 * size, key.y1
            for text in self._texts(kind):
                x, first = (start, 0.0) if hangs else (p.x0, start - p.x0)
                spot = canvas.text(text, x, p.y, ANSWER, room=p.x1 - x, leading=1.5, first=first)
                canvas.link(key, spot)
                p.y = bottom = spot.y1
                p.y += 0.6 * size
                start = start if hangs else p.x0
            p.y = bottom
            p.skip(self.rng.uniform(0.8, 2.0))

    def _numbered(self, name: str, number: int) -> str:
        text = self.p.values.pick(name) + (
            self.rng.choice((":", " :")) if self.rng.random() < self.p.style.colon else ""
        )
        return f"{number}. {text}" if self.rng.random() < self.p.style.numbered else text
