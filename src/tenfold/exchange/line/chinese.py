"""The grammar of a line in Chinese."""

import re
from datetime import date, time

from tenfold.exchange.line.days import Days

DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
COUNT = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十]+)"
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
RELATIVE = {"大前天": -3, "前天": -2, "昨天": -1, "昨晚": -1, "今天": 0, "今早": 0, "今晚": 0, "刚才": 0, "刚刚": 0}
RELATIVE |= {"明天": 1, "后天": 2, "大后天": 3}
WEEKS = {"上": -1, "本": 0, "这": 0, "下": 1}

# Longest first where one begins another.
DAY = re.compile(
    r"(?P<iso>(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})[日号]?)"
    r"|(?P<full>(?P<fm>\d{1,2})月(?P<fd>\d{1,2})[日号]?)"
    r"|(?P<next>下个?月)(?P<nd>\d{1,2})[日号]"
    r"|(?P<bare>(?P<bd>\d{1,2})[日号])"
    r"|(?P<dotted>(?<![\d.])(?P<dm>\d{1,2})[-.](?P<dd>\d{1,2})(?![\d.]|个?小时))"
    r"|(?P<relative>大前天|大后天|前天|昨天|昨晚|今天|今早|今晚|刚才|刚刚|明天|后天)"
    r"|(?P<within>[本这下])周(?:内|之内|以内)"
    r"|(?P<week>[上本这下]?)(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"|(?P<month>本?月底)|(?P<year>年底|年末)"
    rf"|(?P<count>{COUNT})(?P<unit>个工作日|个?星期|周|天)(?:之?内|以内|之?后)"
)
TIME = re.compile(
    rf"(?P<part>上午|下午|晚上|中午|早上)?(?:(?P<hh>\d{{1,2}})[:：](?P<mm>\d{{2}})|(?P<hour>{COUNT})[点](?P<half>半)?(?:(?P<min>\d{{1,2}})分)?)"
)
MINUTES = re.compile(
    rf"(?P<onehalf>一个半小时)|(?P<halfhour>半个?小时)|(?P<quarter>一刻钟)"
    rf"|(?P<hours>{COUNT})个?小时(?:(?P<more>{COUNT})分钟?)?|(?P<minutes>{COUNT})\s*(?:分钟|分|min(?:ute)?s?)"
)
CHANNELS = (
    ("broadcast", re.compile("群发")),
    ("interview", re.compile("访谈")),
    ("event", re.compile("活动|开放日|沙龙|路演|年会")),
    ("call", re.compile("电话|通话|来电|致电|视频|语音")),
    ("message", re.compile("微信|短信|邮件|来信|消息")),
    ("meeting", re.compile("开会|会议|会面|面谈|见面|见了|拜访|来访|吃饭|约了|聚餐")),
)
INWARD = re.compile("来电|打来|来访|来信|收到|找我们?")

THEY, WE = "(?:他们|她们|他|她|对方)", "(?<![找给问向])(?:我们|我方|我)"
WILL = "(?P<will>答应|承诺|保证|会|将)"
ASKS = "(?:想知道|询问|打听|问(?!题|候|卷))"
SAYS = "(?:说|告知|透露|抱怨|投诉|同意|确认|提了|决定)"
OUR_QUESTION = re.compile(f"{WE}{ASKS}了?{THEY}?(?P<what>.+)|{ASKS}了?{THEY}(?P<bare>.+)")
THEIR_QUESTION = re.compile(f"{THEY}?{ASKS}了?(?:我们|我方|我)?(?P<what>.+)")
OUR_PROMISE = re.compile(f"{WE}(?:{WILL})?(?P<what>.+)|^(?:答应|承诺)(?P<bare>.+)")
THEIR_PROMISE = re.compile(
    f"{THEY}(?!{SAYS}|{ASKS})(?:{WILL})?(?P<what>.+)"
    "|^[和跟与]?\ue000\\d+\ue001(?P<bare>[^\ue000]*前.+)"  # somebody by name, and a day before which
)
FLAGS = (
    ("question_answered", re.compile("答复|回答|回复了")),
    ("decision", re.compile("同意|决定|定了|确认|敲定")),
    ("complaint", re.compile("抱怨|投诉|不满")),
    ("feedback_recorded", re.compile("意见|反馈|建议")),
    ("new_information", re.compile("说|告知|透露|得知")),
)
SILENT_PROMISES = False  # without a word of promising only a day makes one
JOINS = re.compile("和|并且|以及|并")
LEADS, TRAILS = re.compile("(?:在|于|到)$"), re.compile("^(?:之前|以前|前|之内|内|之后|后)")
BEFORE = re.compile("^(?:之前|以前|前)")
FOR_WHOM = re.compile("[给向]?\ue000\\d+\ue001")  # whom a promise is for stands among the people
ENDS = re.compile("[?？]$")
PIECES = re.compile("[，,；;。·|\\n]+|(?<=[\u3400-\u9fff\ue001])\\s+|\\s+(?=[\u3400-\u9fff\ue000])")
GLUE = ""


def tidied(text: str) -> str:
    """Return a line as the expressions expect it."""
    return text


def number(text: str) -> float:
    """Return a count written in digits or in Chinese up to ninety-nine."""
    if text[0].isdigit():
        return float(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return float(DIGITS[text])
    return float(10 * DIGITS.get(tens, 1) + DIGITS.get(ones, 0))


def day_of(found: re.Match[str], days: Days) -> date | None:
    """Return the day that an expression of DAY says."""
    match {name: value for name, value in found.groupdict().items() if value is not None}:
        case {"y": year, "m": month, "d": day}:
            return days.dated(int(day), int(month), int(year))
        case {"fm": month, "fd": day} | {"dm": month, "dd": day}:
            return days.dated(int(day), int(month))
        case {"nd": day}:
            return days.dated(int(day), months=1)
        case {"bd": day}:
            return days.dated(int(day))
        case {"relative": word}:
            return days.after(RELATIVE[word])
        case {"within": week}:
            return days.week_end(WEEKS[week])
        case {"weekday": weekday, "week": week}:
            return days.weekday(WEEKDAYS[weekday], WEEKS.get(week))
        case {"month": _}:
            return days.month_end()
        case {"year": _}:
            return days.year_end()
        case {"count": count, "unit": "个工作日"}:
            return days.working(int(number(count)))
        case {"count": count, "unit": "天"}:
            return days.after(int(number(count)))
        case {"count": count}:
            return days.after(7 * int(number(count)))
    return None


def time_of(found: re.Match[str]) -> time | None:
    """Return the time of day that an expression of TIME says."""
    hour = int(found["hh"] or number(found["hour"]))
    minute = int(found["mm"] or found["min"] or (30 if found["half"] else 0))
    if found["part"] in ("下午", "晚上") and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def minutes_of(found: re.Match[str]) -> int:
    """Return the minutes that an expression of MINUTES says."""
    if found["onehalf"]:
        return 90
    if found["halfhour"]:
        return 30
    if found["quarter"]:
        return 15
    if found["hours"]:
        return round(60 * number(found["hours"]) + (number(found["more"]) if found["more"] else 0))
    return round(number(found["minutes"]))
