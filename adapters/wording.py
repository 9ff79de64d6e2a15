"""What buttons, forms and notices on a chat platform say, in every language that the bot speaks itself."""

FIRST = "en"

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "helpful": "Helpful",
        "unhelpful": "Not helpful",
        "thanks": "Thank you, that is noted.",
        "reason_title": "What was missing?",
        "reason_label": "In your words",
        "send": "Send",
        "cancel": "Cancel",
        "close": "Close",
        "person": "Talk to a person",
        "choose": "Choose one",
        "share_channel": "Share in channel",
        "share_thread": "Share in thread",
        "see_also": "See also",
        "secret": (
            "⚠️ Your message holds what looks like a live key or secret. Everybody who can read the message can use it:"
            " revoke it where you made it, make a new one, and delete the message. I have not kept it, and my answer"
            " shows a stand-in."
        ),
        "called": "Somebody asks for a person",
        "forget": "Delete my data",
        "forgotten": "Done: nothing about you is left here.",
        "quota": "One moment: that was a lot of questions at once. Please ask again in a minute.",
        "explain": "Explain this error",
        "failed": "That did not work. Please ask again.",
        "ask_about": "Ask a question",
        "ask_question_name": "question",
        "ask_question": "What you want to know, or the error as it is",
        "private_name": "private",
        "private_about": "Whether only you see the answer",
        "trace_about": "Find out what an error in a log means",
        "trace_file_name": "file",
        "trace_file": "The log or the trace: text, 1 MiB at most",
        "settings_about": "Show or change how I work in this server",
        "settings_auto": "A channel or forum where I answer without being called, when I am sure",
        "settings_language": "The language for where words do not tell",
        "settings_role": "The role that I mention when somebody asks for a person",
        "settings_channel": "The channel where I say that somebody asks for a person",
        "settings_quiet": "Answer only when called, and commands privately",
        "settings_solved": "The name of the tag that marks a forum post as solved",
        "settings_unread": "Forum posts that I may not read: judge the title, or say how to ask",
        "settings_clear": "A setting to take back",
        "solved": "Solved",
        "marked_solved": "Done: this post is marked as solved.",
        "not_yours": "Only the one who asked can mark this post as solved.",
        "shared_before": "This was shared already.",
        "too_big": "That file is too big to read: 1 MiB at most.",
        "no_text": "That file holds no text that I can read.",
        "unread_post": (
            "I cannot read this post. Mention me in a message, use /ask, or open the menu of a message and choose Apps,"
            " then “Explain this error”."
        ),
        "cannot_write": (
            "I was called there and may not write. Please give my role “View Channel”, “Send Messages” and “Send"
            " Messages in Threads” in it, or take me out of that channel. I say this once."
        ),
        "cannot_reply": (
            "I may not reply to messages there, only write below them. Please give my role “Read Message History”."
            " I say this once."
        ),
        "cannot_call": (
            "I was asked for a person and may not write there. Please let my role write in it. I say this once."
        ),
        "cannot_tag": "I may not tag posts as solved. Please give my role “Manage Threads” there. I say this once.",
        "admins_only": "Only those who may manage this server can do that.",
        "command_help": (
            "Ask with `{command} QUESTION`, or paste an error after it: the answer is for you alone, and can be shared"
            " with the channel. You can also mention me, write to me directly, or choose “Explain this error” in a"
            " message's menu."
        ),
        "unreadable": "I could not read all that is attached. Please paste the text of the error.",
        "home": "Ask me in a direct message, or mention me in a channel. What is asked most:",
        "forget_sure": "What I remember of you is deleted: conversations, feedback and settings.",
        "shared": "It stands in the channel now.",
        "not_shared": "I could not show it to everybody there.",
        "reading": "One moment, I am reading.",
    },
    "zh": {
        "helpful": "有帮助",
        "unhelpful": "没帮助",
        "thanks": "谢谢，已经记下了。",
        "reason_title": "还缺什么？",
        "reason_label": "请简单说明",
        "send": "发送",
        "cancel": "取消",
        "close": "关闭",
        "person": "转人工",
        "choose": "请选择",
        "share_channel": "分享到频道",
        "share_thread": "分享到讨论串",
        "see_also": "另见",
        "secret": (
            "⚠️ 你的消息里像是有一个真实的密钥。能看到这条消息的人都能使用它："
            "请到创建它的地方作废，换一个新的，并删除这条消息。我没有保存它，回答里只显示代号。"
        ),
        "called": "有人请求人工帮助",
        "forget": "删除我的数据",
        "forgotten": "已完成：这里不再保留任何关于你的内容。",
        "quota": "请稍等：一下子问得太多了，请过一分钟再问。",
        "explain": "解释这个报错",
        "failed": "没有成功，请再问一次。",
        "ask_about": "提一个问题",
        "ask_question_name": "问题",
        "ask_question": "你想知道什么，或者直接贴报错",
        "private_name": "私密",
        "private_about": "是否只有你能看到回答",
        "trace_about": "看看日志里的报错是什么意思",
        "trace_file_name": "文件",
        "trace_file": "日志或调用栈：文本文件，最大 1 MiB",
        "settings_about": "查看或修改我在这个服务器里的设置",
        "settings_auto": "有把握时不用叫我也会回答的频道或论坛",
        "settings_language": "从文字看不出语言时使用的语言",
        "settings_role": "有人请求人工时我提到的身份组",
        "settings_channel": "有人请求人工时我通知的频道",
        "settings_quiet": "只在被叫到时回答，命令的回答只给提问者看",
        "settings_solved": "把论坛帖子标为已解决的标签名称",
        "settings_unread": "读不到内容的论坛帖子：看标题判断，或提示如何提问",
        "settings_clear": "要恢复默认的设置",
        "solved": "已解决",
        "marked_solved": "好的，这个帖子已标为已解决。",
        "not_yours": "只有提问者可以把帖子标为已解决。",
        "shared_before": "这条回答已经分享过了。",
        "too_big": "这个文件太大，最多能读 1 MiB。",
        "no_text": "这个文件里没有我能读的文本。",
        "unread_post": "我读不到这个帖子。请在消息里提到我，用 /ask，或者打开消息菜单，选择“应用”里的“解释这个报错”。",
        "cannot_write": (
            "有人在那里叫我，但我没有发言权限。请给我的身份组开放“查看频道”“发送消息”和“在讨论串中发送消息”，"
            "或者把我移出该频道。这条提醒只发一次。"
        ),
        "cannot_reply": "我在那里不能回复消息，只能另发一条。请给我的身份组开放“读取消息历史”。这条提醒只发一次。",
        "cannot_call": "有人请求人工，但我不能在那里发言。请给我的身份组开放发言权限。这条提醒只发一次。",
        "cannot_tag": "我不能把帖子标为已解决。请给我的身份组开放“管理讨论串”。这条提醒只发一次。",
        "admins_only": "只有能管理这个服务器的人可以这样做。",
        "command_help": (
            "用 `{command} 问题` 提问，也可以在后面贴报错：回答只有你能看到，可以分享到频道。"
            "你还可以 @ 我、私信我，或在消息菜单里选择“解释这个报错”。"
        ),
        "unreadable": "附件没能全部读取，请把报错文字贴过来。",
        "home": "可以私信问我，也可以在频道里 @ 我。最常见的问题：",
        "forget_sure": "我会删除与你有关的一切：对话、反馈和设置。",
        "shared": "已经发到频道里了。",
        "not_shared": "没能在那里展示给所有人。",
        "reading": "请稍等，正在读取。",
    },
}


def say(key: str, language: str) -> str:
    """Return the words under *key* in *language*, in English where the bot does not speak it."""
    return WORDS.get(language, WORDS[FIRST])[key]
