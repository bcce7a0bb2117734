"""Content of an outbound call: words to be spoken, or the provider's own script with its parameters, or its voice file."""

from pydantic import Field, model_validator

from channels.errors import ChannelCode
from channels.fields import ui
from channels.registry import Kind, kinds
from kernel.errors import ProblemError
from kernel.language import Text
from kernel.schema import Body


class CallContent(Body):
    text: str | None = ui("话术", "Words", None, liquid=True, widget="textarea", max_length=2000)
    tts_code: str | None = ui("话术模板编号", "Script code", None, max_length=100,
                              help=("服务商审核过的话术,例如阿里云的 TTS_…", "Words that the provider has approved, such as Aliyun's TTS_…"))  # fmt: skip
    voice_code: str | None = ui("语音文件编号", "Voice file", None, max_length=200,
                                help=("播放录音而不是合成语音时填写", "To play a recording instead of spoken words"))  # fmt: skip
    params: dict[str, str] = Field(default_factory=dict, max_length=30, json_schema_extra={
        "x-liquid": True, "x-ui": {"labels": {"zh": "参数", "en": "Parameters"}, "widget": "map"}})  # fmt: skip

    @model_validator(mode="after")
    def _says_something(self) -> "CallContent":
        if not (self.text or self.tts_code or self.voice_code):
            raise ProblemError.at("", ChannelCode.EMPTY_CONTENT, fields="text, tts_code, voice_code")
        return self


kinds.register("call", Kind("call", Text("外呼", "Outbound call"), "phone", CallContent))
