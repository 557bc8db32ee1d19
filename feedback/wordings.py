"""Ready-made questions in the shop's four languages: where a merchant starts from, and what the demo asks."""

from typing import Any

from django.conf import settings

Texts = dict[str, str]

RECOMMEND: Texts = {
    "en": "How likely are you to recommend us to a friend?",
    "uk": "Наскільки ймовірно, що ви порадите нас друзям?",
    "ru": "Насколько вероятно, что вы посоветуете нас друзьям?",
    "ro": "Cât de probabil este să ne recomanzi unui prieten?",
}
CONTENT: Texts = {
    "en": "How content are you with our help?",
    "uk": "Чи задоволені ви нашою допомогою?",
    "ru": "Довольны ли вы нашей помощью?",
    "ro": "Cât de mulțumit ești de ajutorul nostru?",
}
WHY: Texts = {
    "en": "What is the main reason for your answer?",
    "uk": "Яка головна причина вашої відповіді?",
    "ru": "Какова главная причина вашего ответа?",
    "ro": "Care este motivul principal al răspunsului?",
}
BETTER: Texts = {
    "en": "What should we do better?",
    "uk": "Що нам варто покращити?",
    "ru": "Что нам стоит улучшить?",
    "ro": "Ce ar trebui să facem mai bine?",
}
WRONG: Texts = {
    "en": "What went wrong? We would like to put it right.",
    "uk": "Що пішло не так? Ми хочемо це виправити.",
    "ru": "Что пошло не так? Мы хотим это исправить.",
    "ro": "Ce nu a mers bine? Am vrea să îndreptăm lucrurile.",
}
AREAS: Texts = {
    "en": "The things themselves\nDelivery\nPacking\nPrice\nThe website",
    "uk": "Самі товари\nДоставка\nПакування\nЦіна\nСайт",
    "ru": "Сами товары\nДоставка\nУпаковка\nЦена\nСайт",
    "ro": "Produsele\nLivrarea\nAmbalajul\nPrețul\nSite-ul",
}
SUBJECT_ORDER: Texts = {
    "en": "How was it? One click is enough",
    "uk": "Як усе пройшло? Вистачить одного кліку",
    "ru": "Как всё прошло? Хватит одного клика",
    "ro": "Cum a fost? Ajunge un singur clic",
}
SUBJECT_CASE: Texts = {
    "en": "Did we help you?",
    "uk": "Чи ми вам допомогли?",
    "ru": "Помогли ли мы вам?",
    "ro": "Te-am ajutat?",
}
INTRO_ORDER: Texts = {
    "en": "Your order has been with you for a few days. Your answer goes straight to the people who packed it.",
    "uk": "Ваше замовлення вже кілька днів у вас. Відповідь прочитають ті, хто його пакував.",
    "ru": "Ваш заказ уже несколько дней у вас. Ответ прочитают те, кто его упаковывал.",
    "ro": "Comanda este la tine de câteva zile. Răspunsul ajunge direct la cei care au împachetat-o.",
}
INTRO_CASE: Texts = {
    "en": "We have just closed your question. Tell us whether the answer was a good one.",
    "uk": "Ми щойно закрили ваше звернення. Скажіть, чи була відповідь доброю.",
    "ru": "Мы только что закрыли ваше обращение. Скажите, был ли ответ хорошим.",
    "ro": "Tocmai am închis întrebarea ta. Spune-ne dacă răspunsul a fost bun.",
}
THANKS: Texts = {
    "en": "Thank you. We read every answer, and it changes what we do.",
    "uk": "Дякуємо. Ми читаємо кожну відповідь, і вона змінює нашу роботу.",
    "ru": "Спасибо. Мы читаем каждый ответ, и он меняет нашу работу.",
    "ro": "Mulțumim. Citim fiecare răspuns, iar el schimbă ce facem.",
}


def columns(**texts: Texts) -> dict[str, Any]:
    """The texts as columns of a translated model: `columns(title=SUBJECT_ORDER)` gives `title_en`, `title_uk` …"""
    return {
        f"{name}_{code}": words[code] for name, words in texts.items() for code, _name in settings.LANGUAGES if code in words
    }
