"""What the bot says on Telegram besides its answers."""

RELATED, WHOLE, BACK, EARLIER = "相关条款", "全文", "返回", "‹ 上一页"
PICTURE, NO_PICTURE = "📊 存成图", "这张图画不出来，请过一会儿再试。"
FILE = "要点.png"
GO_ON = "接着看 {page}/{count} ›"
IN_PRIVATE = "私聊里看全文"
RELATED_TO = "相近的还有这 {count} 条，点开看全文："
CONTENTS = "{plan}\n共 {chapters} 个部分、{clauses} 条，点一个部分看看："
CHAPTER = "{chapter}\n共 {count} 条，点开看全文："
PLANS = "手头有 {count} 份计划，现在回答的是{chosen}。\n点一份，就只回答那一份："
ONE_PLAN = "现在只有这一份计划，直接问就行："
ALL_PLANS = "全部计划"
SEE_CONTENTS, SEE_PLANS = "看看目录", "看看有哪些计划"
FIND_PLAN = "\n太多了不好找？发 /plans 加几个字，比如：/plans 教育"
FOUND_PLANS = "名称里有“{words}”的计划有 {count} 份，点一份，就只回答那一份："
NO_SUCH_PLAN = "没有名称里带“{words}”的计划，发 /plans 看看有哪些。"
MORE_PLANS = "……一共 {count} 份。想只问其中一份，发 /plans 加名称里的几个字。"
SEVERAL = "手头 {count} 份计划"
CHOSEN = "好，以后回答{plan}。"
WELCOME = "您好，我是要点，专门回答{plan}里的问题：告诉您写在哪一条、数字是多少。\n直接打字问就行，几个字也可以。比如："
HELP = (
    "直接打字问就行，几个字也可以，比如：{example} 问完还可以接着问：详细点、还有别的吗。\n"
    "问错了不用重发，把那句话改一改，回答会跟着改。\n\n"
    "/toc 看目录\n/clause 7 看第七条\n/figures 学位 查数字\n/plans 换一份计划\n"
    "/feedback 提意见\n/privacy 我记住什么\n/forget 忘掉我\n\n"
    "在群里：@{username} 加问题，或者直接回复我的话。在任何聊天里打 @{username} 加几个字，可以把条款发给别人。"
)
IN_GROUP = "在这个群里 @{username} 加问题就行，比如：@{username} {example}"
EMPTY_ASK = "请把问题写在后面，比如：/ask {example}"
FEEDBACK_USAGE = "哪里答得不好、想要什么，直接回复这句话告诉我。"
THANKS_NOTE = "记下了，谢谢您！"
THANKS_UP, THANKS_DOWN = "谢谢！", "谢谢，我们会改进。"
THANKS_DOWN_HERE = "谢谢，我们会改进。想说说哪里不对，私聊发我 /feedback"
WHY = "哪里不对？回复这条告诉我。"
WHY_NOTED = "问“{question}”：{text}"
PRIVACY = (
    "我记住的很少：\n"
    "· 您刚问的话，{minutes} 分钟，好让您接着问；\n"
    "· 您的问题和我的回答，{shown} 天，好让按钮能用、改了的问题能跟着改；\n"
    "· 选了哪份计划、给哪个问题点了 👍 👎、写的意见、每天问了几次，{days} 天。\n"
    "这些都不存您的名字、电话和编号，只存一个算出来的代号，也不给别人。发 /forget 马上删掉。\n"
    "没答上的问题另外记 {days} 天，只有问的话，没有代号，所以 /forget 找不到它，只能等它到期。"
)
YOUR_ID = "\n\n您的 Telegram 编号是 {id}，只有要当管理员时才用得着。"
FORGOTTEN = "好，关于您的都忘掉了。"
TOO_OLD = "这条太久了，按钮用不了啦，请再问一次。"
SORRY = "对不起，刚才出了点问题，请再试一次。"
NOT_NOW = "对不起，我这边出了点状况，请过一会儿再试。"
TOO_FAST = "您问得有点快，歇一会儿再问我吧。"
TOO_FAST_HERE = "群里问得有点多，我先歇一会儿；着急的话，私聊问我吧。"
ONLY_TEXT = "我只看得懂文字，请打字问我。"
NO_COMMAND = "没有这个命令，发 /help 看看能用哪些。"
NO_FIGURES_AT_ALL = "这份计划里没有写数字。"
NO_FIGURES = "没有找到和“{words}”有关的数字，换个词试试，或者直接问我。"
FIGURES = "{plan}里{about}的数字，共 {count} 个："
ONLY_ADMINS = "这个命令只有管理员能用。"
TEACH_USAGE = "请写：/teach 口语 官方说法，比如：/teach 托管班 课后服务"
TAUGHT = "学会了：有人说“{everyday}”，就当是问“{official}”。"
RELOADED = "重新读好了：{plans} 份计划，{clauses} 条。"
NOTHING_UNANSWERED = "没有没答上的问题。"
UNANSWERED = "没答上的问题，问得最多的在前："
NOTHING_ASKED = "还没有人问过。"
STATS = "{day}：{people} 人，{asked} 问（答上 {answered}，没写明 {unsaid}，没写到 {not_covered}，请人挑 {unsure}）"
OPINIONS = "👍 {up}　👎 {down}"
WORST = "点 👎 的："
NOTES = "大家的意见："
INLINE_NOTHING = "没有找到，去私聊里问问"

# The menu, in the order shown: what everybody can do, then what only administrators can.
COMMANDS = {
    "start": "开始",
    "help": "怎么用",
    "toc": "目录",
    "clause": "看一条，例如 /clause 7",
    "figures": "查数字，例如 /figures 学位",
    "plans": "有哪些计划，换一份，例如 /plans 教育",
    "ask": "问一个问题（群里用）",
    "feedback": "提意见",
    "privacy": "我记住什么",
    "forget": "忘掉我",
}
ADMIN_COMMANDS = {
    "stats": "问答情况",
    "unanswered": "没答上的问题",
    "teach": "教一个口语说法",
    "reload": "重新读索引和词表",
}
ABOUT = "向政府工作计划提问，得到写着答案的那一条和准确的数字。"

# For who runs the bot, on the terminal.
NO_KEY = (
    "还没有 Telegram 机器人的口令（token）：在 Telegram 里找 @BotFather，发 /newbot 领一个，再放进环境变量 YAODIAN_TELEGRAM_TOKEN，"
    "或者放进设置 [telegram] token_file 指定的文件；只想在终端或网页上用，运行 yaodian 或 yaodian web 就行，不需要口令。"
)
BAD_KEY = "Telegram 不认这个口令（token），请在 @BotFather 里核对后重新设置 YAODIAN_TELEGRAM_TOKEN 或 token_file。"
UNREACHABLE = "连不上 {url}，{seconds:.0f} 秒后再试……"
POLLING = "机器人 @{username} 开始回答了，按 Ctrl-C 停止。"
LISTENING = "机器人 @{username} 等着 Telegram 把消息送到 {url}，按 Ctrl-C 停止。"
NO_ADDRESS = "yaodian web --telegram 要由 Telegram 把消息送来，请在设置 [telegram] 里写 webhook_url，例如 https://bot.example.org/telegram。"
STOPPED = "机器人停下了。"
OTHER_ADDRESS = "在设置 [telegram] 里换 webhook_host 或 webhook_port"
REFUSED = "Telegram 拒绝了（{reason}），请检查设置 [telegram]。"
WEBHOOK_REFUSED = "Telegram 不接受 webhook_url {url}（{reason}），请检查这个网址。"
