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
        "command_help": (
            "Ask with `{command} QUESTION`, or paste an error after it: the answer is for you alone, and can be shared"
            " with the channel. You can also mention me, write to me directly, or choose “Explain this error” in a"
            " message's menu."
        ),
        "unread": "I could not read {names}. Please paste the text of the error.",
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
        "command_help": (
            "用 `{command} 问题` 提问，也可以在后面贴报错：回答只有你能看到，可以分享到频道。"
            "你还可以 @ 我、私信我，或在消息菜单里选择“解释这个报错”。"
        ),
        "unread": "我没能读取 {names}，请把报错文字贴过来。",
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
