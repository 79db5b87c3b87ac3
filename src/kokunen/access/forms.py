"""The form of the sign-in, in the words of the office."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Staff number and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as given
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "職員番号"
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["login"].error_messages["required"] = "職員番号を入れてください。"
        self.fields["password"].label = "パスワード"
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].error_messages["required"] = "パスワードを入れてください。"
        self.fields["password"].help_text = ""
