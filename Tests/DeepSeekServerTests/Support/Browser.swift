/// A headless Chromium, and what drives it.
enum Browser {
    static let isPresent: Bool = {
        let check =
            "import importlib.util, shutil, sys; "
            + "sys.exit(not (importlib.util.find_spec('playwright') and (shutil.which('chromium') or shutil.which('google-chrome'))))"
        return (try? PythonScript.run(["-c", check]).status) == 0
    }()
}
