"""What is moved, renamed or copied: moved faults are old, copies are new."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend_lint.review.model import Review
from tests.review.repositories import Repo, rules_of
from tests.review.sources import HEADER, LEAKS, SECRETS, handlers, leak


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"shop/__init__.py": "", "shop/api.py": leak()})
    return found


def reviewed(repo: Repo, rules: tuple[str, ...] = LEAKS) -> Review:
    return repo.review(commit="HEAD", select=rules)


def counts(found: Review) -> tuple[int, int, int]:
    """New, fixed and existing findings."""
    return len(found.new), len(found.fixed), len(found.existing)


class TestFiles:
    def test_renamed(self, repo: Repo) -> None:
        repo.git("mv", "shop/api.py", "shop/views.py")
        repo.commit()
        assert counts(reviewed(repo)) == (0, 0, 1)

    def test_renamed_and_edited(self, repo: Repo) -> None:
        repo.git("mv", "shop/api.py", "shop/views.py")
        repo.commit({"shop/views.py": "import logging\n" + leak(result="2") + "\n\nLOG = logging.getLogger()\n"})
        assert counts(reviewed(repo)) == (0, 0, 1)

    def test_renamed_with_a_new_fault(self, repo: Repo) -> None:
        repo.git("mv", "shop/api.py", "shop/views.py")
        repo.commit({"shop/views.py": handlers("show", "more")})
        found = reviewed(repo)
        assert counts(found) == (1, 0, 1)
        assert found.new[0].finding.function == "more"

    def test_case_of_the_name(self, repo: Repo) -> None:
        repo.git("mv", "shop/api.py", "shop/API.py")
        repo.commit()
        assert counts(reviewed(repo)) == (0, 0, 1)

    def test_folder_renamed_while_another_takes_its_name(self, repo: Repo) -> None:
        repo.git("mv", "shop", "store")
        repo.commit({"shop/__init__.py": "", "shop/other.py": leak("other")})
        found = reviewed(repo)
        assert rules_of(found) == ["BL301 shop/other.py:11"]
        assert counts(found) == (1, 0, 1)

    def test_two_files_that_change_their_names(self, repo: Repo) -> None:
        repo.commit({"shop/clean.py": leak("fine").replace("str(error)", '"failed"')})
        repo.commit({"shop/api.py": leak("fine").replace("str(error)", '"failed"'), "shop/clean.py": leak()})
        assert counts(reviewed(repo)) == (0, 0, 1)

    def test_module_that_becomes_a_package(self, repo: Repo) -> None:
        repo.commit({"shop/api.py": handlers("one", "two")})
        repo.write({"shop/api.py": None})
        repo.commit({"shop/api/__init__.py": "", "shop/api/one.py": leak("one"), "shop/api/two.py": leak("two")})
        assert counts(reviewed(repo)) == (0, 0, 2)

    def test_copied(self, repo: Repo) -> None:
        repo.commit({"shop/copy.py": leak()})
        found = reviewed(repo)
        assert rules_of(found) == ["BL301 shop/copy.py:11"]
        assert counts(found) == (1, 0, 1)

    def test_renamed_and_copied(self, repo: Repo) -> None:
        repo.git("mv", "shop/api.py", "shop/views.py")
        repo.commit({"shop/more.py": leak()})
        found = reviewed(repo)
        assert counts(found) == (1, 0, 1)


class TestFunctions:
    def test_moved_to_another_file(self, repo: Repo) -> None:
        repo.commit({"shop/api.py": handlers("one", "two"), "shop/more.py": handlers("three")})
        repo.commit({"shop/api.py": handlers("one"), "shop/more.py": handlers("three", "two")})
        assert counts(reviewed(repo)) == (0, 0, 3)

    def test_moved_and_renamed(self, repo: Repo) -> None:
        repo.commit({"shop/api.py": handlers("one", "two"), "shop/more.py": handlers("three")})
        repo.commit({"shop/api.py": handlers("one"), "shop/more.py": handlers("three", "second")})
        assert counts(reviewed(repo)) == (0, 0, 3)

    def test_methods_that_become_functions_of_another_module(self, repo: Repo) -> None:
        """The header loses `self`, and calls by the name of the class change with it."""
        old = """
            class Devices:
                def log(
                    self,
                    device: str,
                    place=None,
                    reason: str = "",
                ) -> dict[str, object]:
                    entry = {"device": device}
                    entry["place"] = place
                    entry["reason"] = reason
                    return entry
        """
        new = """
            def log(
                device: str,
                place=None,
                reason: str = "",
            ) -> dict[str, object]:
                entry = {"device": device}
                entry["place"] = place
                entry["reason"] = reason
                return entry
        """
        typed = {"shop/typed.py": "".join(f"def f{number}(value: int) -> int:\n    return value\n\n\n" for number in range(20))}
        repo.commit({"shop/devices.py": old, **typed})
        assert len(reviewed(repo, ("BL702",)).new) == 1
        repo.write({"shop/devices.py": None})
        repo.commit({"shop/tracking.py": new})
        assert counts(reviewed(repo, ("BL702",))) == (0, 0, 1)

    def test_method_that_grows_while_it_moves(self, repo: Repo) -> None:
        form = """
            from django import forms


            class Value(forms.Form):
                def clean(self):
                    data = super().clean()
                    value = data.get("value")
                    if value:
                        try:
                            parse(value)
                        except Exception as error:
                            self.add_error("value", f"Invalid: {error}")
                    return data
        """
        lines = "".join(f"{' ' * 20}if data.get('field{number}') == {number}:\n{' ' * 24}data['x{number}'] = 1\n" for number in range(12))
        grown = form.replace("                    if value:\n", lines + "                    if value:\n").replace("error", "fault")
        grown = grown.replace("add_fault", "add_error")
        repo.commit({"shop/admin.py": form.replace("class Value", "SIZE = 1\n\n\n            class Value")})
        assert len(reviewed(repo).new) == 1
        repo.commit({"shop/admin.py": "SIZE = 1\n", "shop/forms.py": grown})
        assert counts(reviewed(repo)) == (0, 0, 2)

    def test_function_that_gets_a_docstring_while_it_moves(self, repo: Repo) -> None:
        explained = leak("two").removeprefix(HEADER).replace("    try:", '    """' + "\n    ".join(["Explained."] * 12) + '"""\n    try:')
        repo.commit({"shop/api.py": handlers("one", "two"), "shop/more.py": handlers("three")})
        repo.commit({"shop/api.py": handlers("one"), "shop/more.py": handlers("three") + "\n\n" + explained})
        assert counts(reviewed(repo)) == (0, 0, 3)

    def test_reordered(self, repo: Repo) -> None:
        repo.commit({"shop/api.py": handlers("one", "two", "three")})
        repo.commit({"shop/api.py": handlers("three", "one", "two")})
        assert counts(reviewed(repo)) == (0, 0, 3)

    def test_wrapped_in_a_class(self, repo: Repo) -> None:
        method = """
            from django.http import JsonResponse
            from django.views import View


            def get(request):
                try:
                    return JsonResponse({"count": 1})
                except Exception as error:
                    return JsonResponse({"error": str(error)})


            urlpatterns = [path("orders", get)]
        """
        view = """
            from django.http import JsonResponse
            from django.views import View


            class Orders(View):
                def get(self, request):
                    try:
                        return JsonResponse({"count": 1})
                    except Exception as error:
                        return JsonResponse({"error": str(error)})
        """
        urls = "from django.urls import path\n\nfrom shop import views\n\nurlpatterns = [path('orders', views.get)]\n"
        repo.commit({"shop/views.py": method, "shop/urls.py": urls})
        repo.commit({"shop/views.py": view, "shop/urls.py": urls.replace("views.get", "views.Orders.as_view()")})
        assert counts(reviewed(repo)) == (0, 0, 2)

    def test_replaced_by_an_unrelated_one(self, repo: Repo) -> None:
        """One handler goes and another comes that makes the same mistake in the same words."""
        other = leak("totals", result="sum(range(5))").replace(
            "    try:\n", "    names = [1, 2]\n    names.sort()\n    names.pop()\n    try:\n"
        )
        repo.commit({"shop/api.py": handlers("one", "two"), "shop/more.py": handlers("three")})
        added = other.removeprefix(HEADER).replace("except Exception", "except OSError")
        repo.commit({"shop/api.py": handlers("one"), "shop/more.py": handlers("three") + "\n\n" + added})
        assert counts(reviewed(repo)) == (1, 1, 2)

    def test_lines_taken_out_into_a_helper(self, repo: Repo) -> None:
        """Another function has them now; the one they come from is still there."""
        taken = HEADER + (
            '@app.get("/show")\ndef show():\n    return guarded()\n\n\n'
            "def guarded():\n    try:\n        return 1\n    except Exception as error:\n"
            '        return {"error": str(error)}\n'
        )
        repo.commit({"shop/api.py": taken})
        assert counts(reviewed(repo)) == (0, 0, 1)


class TestOutsideOfFunctions:
    SECRET = 'SIGNING_SECRET = "f81hJ2k0s9dLq7zX3vB5nM6w"\n'

    def test_setting_moved_to_another_file(self, repo: Repo) -> None:
        repo.commit({"shop/main.py": "DEBUG = False\n" + self.SECRET + "NAME = 'shop'\n"})
        assert len(reviewed(repo, SECRETS).new) == 1
        repo.commit({"shop/main.py": "DEBUG = False\nNAME = 'shop'\n", "shop/config.py": "# what is configured\n" + self.SECRET})
        assert counts(reviewed(repo, SECRETS)) == (0, 0, 1)

    def test_setting_with_another_value(self, repo: Repo) -> None:
        repo.commit({"shop/main.py": self.SECRET})
        repo.commit({"shop/main.py": self.SECRET.replace("f81h", "a72g")})
        assert counts(reviewed(repo, SECRETS)) == (0, 0, 1)

    def test_setting_replaced_by_another(self, repo: Repo) -> None:
        repo.commit({"shop/main.py": self.SECRET})
        repo.commit({"shop/main.py": 'PAYMENT_PASSWORD = "k2Kd81hzZq0s9dLq7zX3"\n'})
        assert counts(reviewed(repo, SECRETS)) == (1, 1, 0)

    def test_copy_of_a_setting(self, repo: Repo) -> None:
        repo.commit({"shop/main.py": self.SECRET})
        repo.commit({"shop/config.py": self.SECRET})
        assert counts(reviewed(repo, SECRETS)) == (1, 0, 1)


class TestWays:
    """A leak that is shown at another place of the way that it goes is no other leak."""

    HELPER = """
        import json

        from flask import Blueprint, Response, jsonify

        bp = Blueprint("books", __name__)


        @bp.post("/books/<int:key>/delete")
        def from_page(key):
            return Response(delete_book(key), mimetype="application/json")


        def delete_book(key):
            message = "done"
            try:
                shelf.remove(key)
            except Exception as error:
                message = str(error)
            return json.dumps(
                {
                    "key": key,
                    "message": message,
                }
            )
    """

    def test_helper_that_makes_the_response_itself(self, repo: Repo) -> None:
        answered = self.HELPER.replace('return Response(delete_book(key), mimetype="application/json")', "return delete_book(key)")
        repo.commit({"shop/books.py": self.HELPER})
        repo.commit({"shop/books.py": answered.replace("json.dumps(", "jsonify(")})
        found = reviewed(repo)
        assert counts(found) == (0, 0, 2)
        repo.commit({"shop/books.py": self.HELPER})
        assert counts(reviewed(repo)) == (0, 0, 2)

    def test_second_caller_that_shows_what_a_helper_says(self, repo: Repo) -> None:
        other = """
        @bp.post("/books/<int:key>/drop")
        def from_list(key):
            return Response(delete_book(key), mimetype="application/json")
        """
        repo.commit({"shop/books.py": self.HELPER})
        repo.commit({"shop/books.py": self.HELPER + other})
        found = reviewed(repo)
        assert [new.finding.function for new in found.new] == ["from_list"]
        assert found.fixed == []

    SPLIT = """
        from flask import Blueprint, flash, jsonify, redirect

        from shop.disk import remove

        bp = Blueprint("books", __name__)


        @bp.post("/books/<int:key>/delete")
        def delete_book(key):
            error = remove(key)
            if error:
                if wants_json():
                    return jsonify(message="not deleted"), 500
                else:
                    flash(error)
                    return redirect("/books")
            return redirect("/")
    """
    DISK = """
        import os


        def remove(key):
            try:
                os.remove(f"/srv/{key}")
            except OSError as error:
                return str(error)
            return None
    """

    def test_line_moved_with_its_proof_into_a_part(self, repo: Repo) -> None:
        parts = """
            from flask import Blueprint, flash, jsonify, redirect

            from shop.disk import remove

            bp = Blueprint("books", __name__)


            @bp.post("/books/<int:key>/delete")
            def delete_book(key):
                if not wants_json():
                    return delete_from_page(key)
                if remove(key):
                    return jsonify(message="not deleted"), 500
                return jsonify(message="deleted")


            def delete_from_page(key):
                error = remove(key)
                if error:
                    flash(error)
                    return redirect("/books")
                return redirect(f"/deleted/{key}")
        """
        repo.commit({"shop/books.py": self.SPLIT, "shop/disk.py": self.DISK})
        assert len(reviewed(repo).new) == 1
        repo.commit({"shop/books.py": parts})
        assert counts(reviewed(repo)) == (0, 0, 2)
        repo.commit({"shop/books.py": self.SPLIT})
        assert counts(reviewed(repo)) == (0, 0, 2)

    def test_same_line_in_a_part_with_another_source(self, repo: Repo) -> None:
        """The old leak is mended, and a new function shows what another helper says."""
        other = (
            self.SPLIT.replace("flash(error)", 'flash("not deleted")')
            + """

        @bp.post("/books/<int:key>/move")
        def move_book(key):
            error = move(key)
            if error:
                flash(error)
                return redirect("/books")
            return redirect("/")
        """
        )
        moved = self.DISK.replace("os.remove(", "os.rename(").replace("def remove", "def move").replace("OSError", "Exception")
        repo.commit({"shop/books.py": self.SPLIT, "shop/disk.py": self.DISK})
        repo.commit({"shop/books.py": other.replace("import remove", "import move, remove"), "shop/disk.py": self.DISK + moved})
        assert [new.finding.function for new in reviewed(repo).new] == ["move_book"]

    TEXT = """
        from flask import Blueprint, jsonify

        bp = Blueprint("books", __name__)


        @bp.post("/books")
        def change():
            return change_book(1)


        @bp.post("/books/all")
        def change_all():
            change_book(2)
            return jsonify(message="done")


        def change_book(key):
            try:
                shelf.change(key)
            except Exception as error:
                return jsonify(message=str(error)), 500
            return jsonify(message="done")
    """

    def test_old_caller_that_begins_to_hand_on_what_was_edited(self, repo: Repo) -> None:
        edited = self.TEXT.replace("return jsonify(message=str(error)), 500", "return str(error)").replace(
            "return change_book(1)", "change_book(1)\n            return jsonify(message='done')"
        )
        edited = edited.replace('change_book(2)\n            return jsonify(message="done")', "return jsonify(message=change_book(2))")
        repo.commit({"shop/books.py": self.TEXT})
        repo.commit({"shop/books.py": edited})
        assert [new.finding.function for new in reviewed(repo).new] == ["change_all"]

    def test_helper_taken_apart_into_one_that_tells_and_one_that_answers(self, repo: Repo) -> None:
        apart = """
            from flask import Blueprint, jsonify

            bp = Blueprint("books", __name__)


            @bp.post("/books")
            def change():
                return answer([1])


            @bp.post("/books/all")
            def change_all():
                change_book(2)
                return jsonify(message="done")


            def answer(keys):
                told = []
                for key in keys:
                    said = change_book(key)
                    if said:
                        told.append(said)
                return jsonify(told)


            def change_book(key):
                try:
                    shelf.change(key)
                except Exception as failure:
                    return {"message": str(failure)}
                return None
        """
        repo.commit({"shop/books.py": self.TEXT})
        repo.commit({"shop/books.py": apart})
        assert counts(reviewed(repo)) == (0, 0, 2)
        repo.commit({"shop/books.py": self.TEXT})
        assert counts(reviewed(repo)) == (0, 0, 2)
