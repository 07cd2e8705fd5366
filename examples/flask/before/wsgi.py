import os

from billing import create_app

app = create_app(os.environ.get("BILLING_CONFIG", "development"))

if __name__ == "__main__":
    app.run(port=5000, debug=True)  # expect: BL303
