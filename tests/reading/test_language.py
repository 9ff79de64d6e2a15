import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("how do I raise my limit", "en"),
        ("no longer 429", "en"),
        ("", "en"),
        ("429", "en"),
        ("error code?", "en"),
        ("上传收费吗", "zh"),
        ("kimi api 一直 too many requests，rpm 怎么 upgrade", "zh"),
        ("429エラーが出ます", "ja"),
        ("利用料金はいくらですか", "ja"),
        ("429 오류가 계속 나요", "ko"),
        ("ошибка 401, ключ верный, что делать", "ru"),
        ("помилка 401, що робити з ключем її", "uk"),
        ("me sale error 429 todo el rato, cómo lo arreglo?", "es"),
        ("¿Puedo usar la API desde México?", "es"),
        ("Est-ce qu'on peut envoyer des images via l'API ?", "fr"),
        ("erreur 401 avec ma clé", "fr"),
        ("wie kann ich mein Limit erhöhen", "de"),
        ("ich bekomme ständig 429", "de"),
        ("como eu faço para enviar uma imagem", "pt"),
        ("come posso caricare un file con questa api", "it"),
        ("hoe kan ik een bestand uploaden", "nl"),
        ("jak mogę wysłać plik", "pl"),
        ("nasıl dosya yükleyebilirim", "tr"),
        ("bagaimana cara mengunggah file untuk saya", "id"),
        ("làm thế nào để tải lên tệp", "vi"),
        ("كيف يمكنني رفع ملف", "ar"),
        ("see https://example.com/el/los/las/que", "en"),
        ("max_tokens? el_los", "en"),
    ],
)
def test_the_language_of_a_short_text_is_told(text: str, code: str) -> None:
    assert language(text) == code


@given(st.text())
def test_any_text_has_a_two_letter_language(text: str) -> None:
    assert len(language(text)) == 2
