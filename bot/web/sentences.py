"""What the pages say that stands in no template."""

# --- When something went wrong: what it is called, and the sentence for the person.
TROUBLES = {
    400: ("请求有误", "这个请求读不明白，请回到首页再试一次。"),
    403: ("没有接受", "这个请求是从别的网站发来的，为了安全没有接受。请回到首页再问。"),
    404: ("没有找到", "没有这个页面，可能是网址打错了，或者内容已经换了。"),
    405: ("不能这样访问", "这个网址不接受这种访问方式。"),
    408: ("没有收全", "没有收到完整的内容，可能是网络断了，请再发一次。"),
    413: ("内容太多", "发来的内容太多了，请用一两句话来问。"),
    422: ("参数不对", "参数写得不对，请对照接口说明再试。"),
    429: ("问得太快", "问得有点快，请歇一会儿再问。"),
    500: ("出了点问题", "我们这边出了点问题，请过一会儿再试。"),
    503: ("正忙着", "现在问的人很多，请过几秒钟再试。"),
}
WAIT = "问得有点快，请等 {seconds} 秒再问。"

# --- When the command starts.
SERVING = "网页开好了，用浏览器打开 {address} 就能提问；按 Ctrl-C 停下。"
OTHER_ADDRESS = "用 --host 写本机的地址（例如 127.0.0.1），用 --port 写 1 到 65535 里没人用的端口（例如 8080）"

# --- When what a button leads to is not there any more.
GONE = "这个回答已经过期了，请再问一次。"
NO_SUCH_CLAUSE = "没有这一条，可能计划已经换了。请再问一次。"

# --- To programs.
UNKNOWN = "没有 {name} 这个参数，能用的有：{known}。"
TWICE = "参数 {name} 只能写一次。"
UNREADABLE = "参数 {name} 里有读不出来的字，请用 UTF-8 编码。"
MISSING = "请写上参数 {name}。"
BAD_LENGTH = "参数 {name} 要写 1 到 {most} 个字。"
BAD_COUNT = "参数 {name} 要写 {least} 到 {most} 之间的整数。"
WRONG = "参数 {name} 写得不对，应当像 {example} 这样。"
NO_PLAN = "没有这个计划，请照 /api/plans 里的标题写。"
NO_CLAUSE = "没有这一条，请写 1 到 {last} 之间的条号。"

# --- The head of the ledger for a spreadsheet.
COLUMNS = ("计划", "条", "标题", "数的是什么", "其中", "原文的数", "数值", "上限", "单位", "说明")

# --- The plan and the ledger.
NO_PLAN_YET = "这里还没有计划，请过一阵子再来看。"
NO_SUCH_PLAN = "没有找到这个计划，可能标题打错了，或者已经换成新的。"
LEDGER = "数字账"
