"""The shape of faq.yaml as pydantic models, and the JSON Schema that editors read."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import PydanticCustomError, core_schema

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
ID = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
TEXT = r"\S"
PLAIN = "plain"  # the type of errors whose message is already in our words


def fault(message: str) -> PydanticCustomError:
    """A validation error that says *message*, in which ``{}`` must not stand."""
    return PydanticCustomError(PLAIN, "{said}", {"said": message})


def _share(value: Any) -> Any:
    """A share from "2%" or 0.02."""
    written = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", value) if isinstance(value, str) else None
    share = float(written[1]) / 100 if written else value
    if isinstance(share, bool) or not isinstance(share, int | float):
        raise fault("a share is due, like `2%` or `0.02`")
    if not 0 < share <= 0.5:
        raise fault("the share of answers that may be wrong lies above 0 and is at most 50%: write one like `2%`")
    return float(share)


def _day(value: Any) -> Any:
    """A date, also where it stands in quotes."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise fault("a date is due that the calendar knows, like `2026-11-23`") from None


def _each_language(value: Any) -> Any:
    """Text for every language as a mapping; the key "" stands for the first language."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str) or not value.strip():
        raise fault("text is due, or a mapping from language codes to text")
    return {"": value}


Text = Annotated[str, Field(pattern=TEXT)]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Share = Annotated[float, BeforeValidator(_share, json_schema_input_type=str | float)]
ByLanguage = Annotated[dict[str, Text], BeforeValidator(_each_language, json_schema_input_type=str | dict[str, Text])]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Pattern(_Strict):
    """Evidence in a paste; all the fields given must hold. At least one is needed."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    type: Text | None = Field(None, description="The error's type, compared whole, blind to case.")
    message: Text | None = Field(
        None, description="Words that stand in the error's message; `*` stands for any short run of characters."
    )
    status: Annotated[int, Field(ge=400, le=599)] | None = Field(None, description="The HTTP status: weak alone.")
    exception: Text | None = Field(None, description="The exception's class name, without its package.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise fault("this error has no field: give `type`, `message`, `status` or `exception`")
        return self


class Words(_Strict):
    """An entry in one language."""

    question: Text = Field(description="The question, as a title would put it.")
    answer: Text = Field(description="What is sent, word for word, in CommonMark.")
    phrasings: list[Text] = Field([], description="How people really ask it: short, sloppy, symptom first.")


class Item(Words):
    """One question and its answer, in the first language; other languages stand under their codes."""

    id: Annotated[str, Field(pattern=ID, max_length=80)] = Field(
        description="A stable name: feedback and history hang on it. Letters, digits, `-`, `_` and `.`."
    )
    errors: list[Pattern] = Field([], description="Errors that this entry answers.")
    not_errors: list[Pattern] = Field([], description="Errors that look like this entry's and are not.")
    see_also: list[Text] = Field([], description="Ids of related entries.")
    source: Text | None = Field(None, description="Where the facts come from.")
    verified_on: Day | None = Field(None, description="The day on which a person last checked the answer.")
    audience: Literal["public", "internal"] = Field("internal", description="Who may read the answer.")


class Rules(_Strict):
    """How bold the bot is."""

    budget: Share = Field(0.02, description="The share of answers that may be wrong, like `2%` or `0.02`.")


class Head(_Strict):
    """All of the file but its entries."""

    version: Literal[1] = Field(1, description="The version of this format.")
    product: Text | None = Field(None, description="What the answers are about.")
    languages: list[Annotated[str, Field(pattern=LANGUAGE)]] = Field(
        ["en"],
        min_length=1,
        description="Language codes; every entry's own question and answer are in the first.",
    )
    names: list[Text] = Field([], description="Words that mean the product: its names, hosts, models, plans.")
    hand_off: ByLanguage = Field({}, description="The sentence that says where a person can be asked.")
    policy: Rules = Field(Rules(), description="How bold the bot is.")
    unanswered: list[Text] = Field([], description="Questions that are known to have no entry: never answered.")


class File(Head):
    """The questions that Frontdesk answers, and their answers."""

    entries: list[Item] = Field(min_length=1, description="The questions and their answers.")


class _ForEditors(GenerateJsonSchema):
    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """An optional field may be left out; it may not be null."""
        return self.generate_inner(schema["schema"])


def editor_schema() -> dict[str, Any]:
    """The JSON Schema of faq.yaml, with which editors complete and check it."""
    _, schema = models_json_schema([(File, "validation"), (Words, "validation")], schema_generator=_ForEditors)
    definitions = {name: _tidy(definition) for name, definition in schema["$defs"].items()}
    definitions["Item"]["patternProperties"] = {_block_pattern(): {"$ref": "#/$defs/Words"}}
    top = definitions.pop("File")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **top, "$defs": definitions}


def _block_pattern() -> str:
    """A pattern of the language codes that are no field's name: `id` is both."""
    return f"^(?!({'|'.join(Item.model_fields)})$){LANGUAGE[1:]}"


def _tidy(schema: Any) -> Any:
    """*schema* without titles that repeat the field's name and without defaults of null."""
    if isinstance(schema, list):
        return [_tidy(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    noise = {key for key in ("title", "default") if key in schema and (key == "title" or schema[key] is None)}
    return {key: _tidy(part) for key, part in schema.items() if key not in noise or isinstance(part, dict)}
